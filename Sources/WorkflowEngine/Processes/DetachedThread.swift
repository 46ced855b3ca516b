internal import CLinux

/// A thread that nobody waits for: for work that blocks, which must not hold up the threads of tasks.
enum DetachedThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a thread of its own. Where there can be no further thread, this one has to do.
    static func start(_ body: @escaping @Sendable () -> Void) {
        if !startIfPossible(body) { body() }
    }

    /// Runs `body` on a thread of its own; returns whether there was one to be had.
    static func startIfPossible(_ body: @escaping @Sendable () -> Void) -> Bool {
        let work = Unmanaged.passRetained(Work(body))
        let status = clinux_start_thread(
            { pointer in
                if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        if status != 0 { work.release() }
        return status == 0
    }
}
