internal import Glibc

/// Runs another program and waits for it: git, a hook, or what git's settings name for signing.
public struct ChildProgram: Sendable {
    /// Where what the program writes goes.
    public enum Stream: Hashable, Sendable {
        /// To be given to the caller.
        case collected
        /// To an open file.
        case descriptor(Int32)
    }

    /// The result of a program that ran.
    public struct Outcome: Hashable, Sendable {
        /// The exit status; 126 or 127 where it could not be started, 128 and the signal's number where one ended it.
        public var status: Int32
        /// What it printed, where that was collected.
        public var output: [UInt8]
        /// What it wrote to standard error, where that was collected.
        public var errors: [UInt8]

        /// What it wrote to standard error, as text.
        public var errorText: String { String(decoding: errors, as: UTF8.self) }
    }

    /// The program's path, or a name to look up in `PATH`.
    public var program: String
    /// The arguments, without the program's name.
    public var arguments: [String]
    /// The whole environment of the program; nil is that of this process.
    public var environment: [String: String]?
    /// The folder that it starts in.
    public var directory: String
    /// What it reads; nothing where nil.
    public var input: [UInt8]?
    /// Where its output goes.
    public var output: Stream
    /// Where its error output goes.
    public var errors: Stream

    /// A program and what it is given.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String]?, directory: String = "/",
        input: [UInt8]? = nil, output: Stream = .collected, errors: Stream = .collected
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.output = output
        self.errors = errors
    }

    /// Runs the program. That it fails is a result, not an error.
    ///
    /// Input and collected output are nameless temporary files, not pipes: whatever the program reads or prints first,
    /// nobody waits for the other.
    public func run() throws(GitError) -> Outcome {
        let source = try NamelessFile(holding: input ?? [])
        let printed = try output == .collected ? NamelessFile(holding: []) : nil
        let said = try errors == .collected ? NamelessFile(holding: []) : nil
        let process = try spawn(
            input: source.descriptor, output: printed?.descriptor ?? output.number,
            errors: said?.descriptor ?? errors.number)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw GitError.system(errno, "wait for", program) }
        }
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: try printed?.contents() ?? [],
            errors: try said?.contents() ?? [])
    }

    private func spawn(input: Int32, output: Int32, errors: Int32) throws(GitError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // The shell changes the folder, which posix_spawn can't in POSIX.1-2017, and runs a script without a first line that
        // names its interpreter, as git does.
        let words = ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", directory, program] + arguments
        let argumentPointers = words.map { strdup($0) } + [nil]
        let variablePointers =
            (environment ?? [:]).sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
        var process: pid_t = 0
        let status =
            environment == nil
            ? posix_spawn(&process, "/bin/sh", &actions, nil, argumentPointers, environ)
            : posix_spawn(&process, "/bin/sh", &actions, nil, argumentPointers, variablePointers)
        guard status == 0 else { throw GitError.system(status, "run", program) }
        return process
    }
}

extension ChildProgram.Stream {
    /// The descriptor that was chosen; standard error where the stream is collected.
    fileprivate var number: Int32 {
        switch self {
        case .collected: STDERR_FILENO
        case .descriptor(let number): number
        }
    }
}

/// A file without a name, which is gone when nobody has it open.
private final class NamelessFile {
    private let stream: UnsafeMutablePointer<FILE>
    var descriptor: Int32 { fileno(stream) }

    init(holding bytes: [UInt8]) throws(GitError) {
        guard let stream = tmpfile() else { throw GitError.system(errno, "make", "a temporary file") }
        self.stream = stream
        _ = fcntl(fileno(stream), F_SETFD, FD_CLOEXEC)
        try SystemFile.write(bytes, to: fileno(stream), path: "a temporary file")
        lseek(fileno(stream), 0, SEEK_SET)
    }

    deinit { fclose(stream) }

    func contents() throws(GitError) -> [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        return try SystemFile.readAll(descriptor, path: "a temporary file")
    }
}
