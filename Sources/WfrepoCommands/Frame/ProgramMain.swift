import GitStore
import Glibc

extension Program {
    /// Runs the command that this process was started with.
    ///
    /// - Returns: The exit status for the shell.
    public static func main() -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        openStandardStreams()
        let environment = environmentVariables()
        leaveOutUnusableWidth(environment)
        return run(
            arguments: Array(arguments().dropFirst()), program: executablePath(),
            environment: environment, directory: currentDirectory())
    }

    /// What a command works with in this process, for what runs outside of one.
    static func context() -> CommandContext {
        CommandContext(
            program: executablePath(), environment: environmentVariables(), directory: currentDirectory())
    }

    /// The argument parser lays help out by `COLUMNS` whatever that says: below about thirty it drops the explanations, and the
    /// smallest number makes it crash. Without the variable it asks the terminal.
    private static func leaveOutUnusableWidth(_ environment: [String: String]) {
        guard let width = environment["COLUMNS"].flatMap({ Int($0) }), !(40...10_000).contains(width) else { return }
        unsetenv("COLUMNS")
    }

    /// What the program was called with, its own name first (proc(5)).
    private static func arguments() -> [String] {
        // Swift looks for them on the stack, below the environment: that takes longer, and finds nothing where a preloaded library
        // has moved the environment, as libfaketime does.
        guard let bytes = (try? DurableFile.read("/proc/self/cmdline")) ?? nil else { return CommandLine.arguments }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Opens those of the standard streams that are closed, as git does: else the next file that is opened takes their number, and
    /// what is printed ends up in it.
    private static func openStandardStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
            // The lowest free number is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// The path of the running file, so that a hook finds this program whatever `PATH` says (proc(5)).
    private static func executablePath() -> String {
        guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments.first ?? "wfrepo" }
        defer { free(path) }
        return String(cString: path)
    }

    private static func currentDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    private static func environmentVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            // By bytes: an accent behind the sign belongs to the value.
            if let sign = strchr(entry, Int32(UInt8(ascii: "="))) {
                let name = UnsafeRawBufferPointer(start: entry, count: entry.distance(to: sign))
                variables[String(decoding: name, as: UTF8.self)] = String(cString: sign + 1)
            }
            next += 1
        }
        return variables
    }
}
