internal import CLinux
internal import Glibc

/// A program that runs as the leader of its own process group.
final class ChildProcess {
    let pid: Int32
    /// Becomes readable when the process has ended.
    let ended: FileDescriptor
    /// What it prints; both read without blocking.
    let standardOutput: FileDescriptor
    let standardError: FileDescriptor
    private let start: ProgramStart

    /// How a process ended.
    enum End: Equatable {
        case exited(Int)
        case signalled(Int)
    }

    /// Starts `arguments[0]`, a path, in `directory`, with exactly this environment (`NAME=value`), within these limits; it
    /// reads from `input`, or nothing where nil.
    ///
    /// - Parameters:
    ///   - instead: What is run in its place where one of those paths is an executable file, and with what arguments.
    ///   - pace: When. One that can't be run ends at once where nobody awaits it, and `startError` tells why.
    init(
        arguments: [String], instead: ProgramStart.Alternative? = nil, environment: [String], directory: String,
        limits: [ProcessLimit] = [],
        input: FileDescriptor? = nil, pace: ProgramStart.Pace = .awaited
    ) throws(EngineError) {
        let output = try FileDescriptor.pipe()
        let error = try FileDescriptor.pipe()
        start = try ProgramStart(
            arguments: arguments, instead: instead, environment: environment, directory: directory, limits: limits,
            input: input, output: output.writing, error: error.writing, pace: pace)
        pid = start.pid
        ended = try FileDescriptor(owning: start.descriptor, "watch the process")
        standardOutput = output.reading
        standardError = error.reading
    }

    /// Has one that stands by become its program.
    func go() { start.go() }

    /// Why the program could not be run. Known when the process has ended.
    var startError: EngineError? { start.error }

    /// Sends a signal to every process of the group.
    ///
    /// Only before `reap`: until then the group's number cannot belong to anybody else.
    func signalGroup(_ signal: Int32) { kill(-pid, signal) }

    /// The processor time that it and what it waited for had used when it was reaped.
    private(set) var processorTime = Duration.zero

    /// Collects how the process ended; nil where it has not.
    func reap() -> End? {
        var end = clinux_end()
        var status = clinux_reap(pid, &end, false)
        // Whoever traces it (ptrace(2)) may keep its end from its parent for a moment after the descriptor tells of it.
        if status == 0, ended.isReadable { status = clinux_reap(pid, &end, true) }
        guard status > 0 else { return nil }
        processorTime = .milliseconds(end.cpu_milliseconds)
        return end.signal != 0 ? .signalled(Int(end.signal)) : .exited(Int(end.status))
    }
    /// Ends every process of the group, and collects how this one ended; it may have done so by itself.
    func end() -> End? {
        signalGroup(SIGKILL)
        var watched = pollfd(fd: ended.number, events: Int16(POLLIN), revents: 0)
        while poll(&watched, 1, -1) < 0, errno == EINTR {}
        return reap()
    }
}
