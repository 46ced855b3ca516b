internal import Glibc

/// A thread that nobody waits for: for work that blocks, which must not hold up the threads of tasks.
enum DetachedThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a thread of its own.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                pointer.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        guard failure == 0 else {
            // Where there can be no further thread, this one has to do.
            return work.takeRetainedValue().body()
        }
        pthread_detach(thread)
    }
}
