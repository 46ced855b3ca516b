internal import GitStore
internal import Glibc

/// Runs another program and waits for it. Only programs of the repository's own hooks and of git's signing settings are run.
struct ChildProcess {
    /// The program's path, or a name to look up in `PATH`.
    var program: String
    var arguments: [String]
    /// The whole environment of the program.
    var environment: [String: String]
    /// The folder that it starts in.
    var directory: String
    /// What it reads; nothing where nil.
    var input: [UInt8]?
    /// Where its error output goes, and its output where that is not collected.
    var output: Int32

    /// The result of a program that ran.
    struct Outcome {
        /// The exit status; 126 or 127 where it could not be started, 128 and the signal's number where one ended it.
        var status: Int32
        /// What it printed, where that was collected.
        var output: [UInt8]
    }

    /// Runs the program. That it fails is a result, not an error.
    ///
    /// Input and collected output are nameless temporary files, not pipes: whatever the program reads or prints first,
    /// nobody waits for the other.
    func run(collectingOutput collects: Bool = false) throws -> Outcome {
        let source = try input.map { bytes in try TemporaryFile(holding: bytes) }
        let collected = collects ? try TemporaryFile(holding: []) : nil
        let null = source == nil ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1
        defer { if null >= 0 { close(null) } }
        let process = try spawn(input: source?.descriptor ?? null, output: collected?.descriptor ?? output)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw WorkTree.failure("wait for", program) }
        }
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: try collected?.contents() ?? [])
    }

    private func spawn(input: Int32, output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, self.output, 2)
        // The shell changes the folder, which posix_spawn can't in POSIX.1-2017, and runs a script without a first line that
        // names its interpreter, as git does.
        let words = ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", directory, program] + arguments
        let argumentPointers = words.map { strdup($0) } + [nil]
        let variablePointers = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, "/bin/sh", &actions, nil, argumentPointers, variablePointers)
        guard status == 0 else {
            throw HistoryError(.io, program, "cannot run it: \(String(cString: strerror(status)))")
        }
        return process
    }
}

/// A file without a name, which is gone when nobody has it open.
private final class TemporaryFile {
    private let stream: UnsafeMutablePointer<FILE>
    var descriptor: Int32 { fileno(stream) }

    init(holding bytes: [UInt8]) throws {
        guard let stream = tmpfile() else { throw WorkTree.failure("make", "a temporary file") }
        self.stream = stream
        try SystemFile.write(bytes, to: fileno(stream), path: "a temporary file")
        lseek(fileno(stream), 0, SEEK_SET)
    }

    deinit { fclose(stream) }

    func contents() throws -> [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        return try SystemFile.readAll(descriptor, path: "a temporary file")
    }
}
