internal import CLinux
internal import Synchronization

/// Waits for input on many descriptors at once (epoll(7)), and for other threads.
///
/// Used from one thread; only its `Wakeup` is for others.
final class Reactor {
    /// What a descriptor means to whoever watches it.
    typealias Token = UInt64

    let wakeup: Wakeup
    private let epoll: FileDescriptor
    private var tokens = [Token](repeating: 0, count: 64)

    init() throws(EngineError) {
        epoll = try FileDescriptor(owning: clinux_epoll(), "make an event queue")
        wakeup = try Wakeup()
        try watch(wakeup.descriptor, as: .max)
    }

    /// Reports `token` from `wait` as long as there is something to read.
    func watch(_ descriptor: FileDescriptor, as token: Token) throws(EngineError) {
        let status = clinux_epoll_add(epoll.number, descriptor.number, token)
        guard status == 0 else { throw EngineError(systemError: -status, "watch a descriptor") }
    }

    /// Stops to report a descriptor.
    func ignore(_ descriptor: FileDescriptor) { clinux_epoll_remove(epoll.number, descriptor.number) }

    /// Waits until something can be read, another thread wakes it, or `timeout` is over (nil: for ever).
    func wait(timeout: Duration?) throws(EngineError) -> ArraySlice<Token> {
        let nanoseconds = timeout.map { max(0, $0.wholeNanoseconds) } ?? -1
        let count = clinux_epoll_wait(epoll.number, &tokens, Int32(tokens.count), nanoseconds)
        guard count >= 0 else { throw EngineError(systemError: -count, "wait for events") }
        var found = tokens[..<Int(count)]
        if found.contains(.max) {
            wakeup.clear()
            found = ArraySlice(found.filter { $0 != .max })
        }
        return found
    }
}

/// Wakes a reactor from any thread, or from a signal handler.
final class Wakeup: Sendable {
    // The descriptor is opened once and only its number is read afterwards.
    nonisolated(unsafe) fileprivate let descriptor: FileDescriptor

    fileprivate init() throws(EngineError) {
        descriptor = try FileDescriptor(owning: clinux_wakeup(), "make an event counter")
    }

    func raise() { clinux_wakeup_raise(descriptor.number) }

    fileprivate func clear() { clinux_wakeup_clear(descriptor.number) }
}

extension Duration {
    /// The duration in nanoseconds, rounded down; the nearest that fits where it does not.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, tooLarge) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return tooLarge ? .max : sum
    }
}
