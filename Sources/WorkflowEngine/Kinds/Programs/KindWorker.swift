internal import Glibc
internal import Synchronization

/// A process of a kind that does the work of one attempt after another.
///
/// A request is a line on its standard input, the answer a line on its standard output; what it prints to standard error before
/// its answer belongs to that attempt. It ends when its standard input does, and so with whoever started it.
///
/// Sendable: one thread at a time asks it, the one that took it from the pool; only `kill` is for others, and what that shares
/// with the asking thread is behind a mutex.
final class KindWorker: @unchecked Sendable {
    /// What became of a request.
    enum Answer {
        /// It was answered.
        case line([UInt8])
        /// The process ended before it answered.
        case ended(ChildProcess.End?)
        /// The process had ended before it was asked.
        case neverAsked
        /// The answer is longer than `answerLimit`.
        case tooLong
    }

    /// How many bytes an answer may have.
    private static let answerLimit = 16 << 20

    private enum Condition { case working, killed, reaped }

    private let process: ChildProcess
    private let requests: FileDescriptor
    private let buffer = ReadBuffer()
    private let condition = Mutex(Condition.working)

    init(arguments: [String], environment: [String: String], directory: String) throws(EngineError) {
        let (own, other) = try FileDescriptor.connection()
        requests = own
        process = try ChildProcess(
            arguments: arguments, environment: environment.map { "\($0.key)=\($0.value)" }, directory: directory,
            input: other)
    }

    deinit { end() }

    /// Whether another request may be made.
    var isUsable: Bool { condition.withLock { $0 == .working } && !process.ended.isReadable }

    /// Ends it at once, from any thread; who is asking it is told that it ended.
    func kill() {
        condition.withLock {
            guard $0 == .working else { return }
            $0 = .killed
            process.signalGroup(SIGKILL)
        }
    }

    /// Makes a request, and waits for the answer on the calling thread.
    ///
    /// - Parameter onError: Is told what the process prints to standard error, piece by piece.
    func ask(_ request: [UInt8], onError: (ArraySlice<UInt8>) -> Void) -> Answer {
        guard send(request + [UInt8(ascii: "\n")]) else {
            end()
            return .neverAsked
        }
        var answer: [UInt8] = []
        while true {
            // Asked before the last of what it printed is read.
            let hasEnded = waitForSomething()
            read(process.standardOutput) { answer += $0 }
            let isWhole = answer.last == UInt8(ascii: "\n")
            read(process.standardError, onError)
            if isWhole { return .line(answer) }
            guard answer.count <= Self.answerLimit else {
                kill()
                return .tooLong
            }
            if hasEnded { return .ended(end()) }
        }
    }

    /// Ends the process, and returns how it ended; nil where that was asked before.
    @discardableResult
    func end() -> ChildProcess.End? {
        condition.withLock {
            guard $0 != .reaped else { return nil }
            // What it may have started goes, too.
            $0 = .reaped
            return process.end()
        }
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // Without a signal where nobody reads any more.
            let count = rest.withUnsafeBytes {
                Glibc.send(requests.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Waits until it has printed something or ended, and returns whether it has ended.
    private func waitForSomething() -> Bool {
        var watched = [process.standardOutput, process.standardError, process.ended].map {
            pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0)
        }
        while poll(&watched, nfds_t(watched.count), -1) < 0, errno == EINTR {}
        return watched[2].revents != 0
    }

    /// Reads what is there: at least as much as a pipe holds (pipe(7)), and not for ever.
    private func read(_ descriptor: FileDescriptor, _ take: (ArraySlice<UInt8>) -> Void) {
        for _ in 0..<16 {
            let (piece, _) = buffer.read(descriptor)
            guard !piece.isEmpty else { return }
            take(piece[...])
            if piece.count < ReadBuffer.size { return }
        }
    }
}
