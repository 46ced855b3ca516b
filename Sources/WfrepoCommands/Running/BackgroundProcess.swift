import GitStore
import Glibc

/// Starts this program once more, apart from the terminal and from the process that starts it.
struct BackgroundProcess: Sendable {
    private let program: String
    private let variables: [String: String]
    /// `POSIX_SPAWN_SETSID` of glibc's spawn.h, a macro that Swift does not import.
    private static let newSession: Int16 = 0x80

    init(_ context: CommandContext) { (program, variables) = (context.program, context.environment) }

    /// Starts `wfrepo ARGUMENTS` for a repository in a session of its own, without input and output, and does not wait
    /// for it.
    func start(_ arguments: [String], in repository: Repository) throws(CommandFailure) {
        try start(arguments, inFolder: repository.workTree ?? repository.gitDirectory)
    }

    /// The same for the repository that a folder belongs to.
    func start(_ arguments: [String], inFolder folder: String) throws(CommandFailure) {
        let arguments = ["-C", folder] + arguments
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        keepDescriptorsToOurselves()
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let status = withCStrings([program] + arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&process, program, &actions, &attributes, arguments, environment)
            }
        }
        guard status == 0 else {
            throw CommandFailure(
                "cannot start \(program) in the background: \(String(cString: strerror(status)))")
        }
    }

    /// Whoever waits for the end of a pipe that we were given, as the callers of git do, must not wait for the run.
    private func keepDescriptorsToOurselves() {
        for name in (try? FolderNames.unsorted(in: "/proc/self/fd")) ?? [] {
            guard let descriptor = Int32(name), descriptor > STDERR_FILENO else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// The environment without what git tells its hooks about the operation that is under way, and without the marks of a
    /// step that this command is part of: what outlives a step must not be ended with it.
    ///
    /// Source: git(1), "ENVIRONMENT VARIABLES"; what `git rev-parse --local-env-vars` lists.
    private var environment: [String: String] {
        let local: Set<String> = [
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_COMMON_DIR", "GIT_NAMESPACE",
            "GIT_REFLOG_ACTION",
            "WFREPO_RUN_ID", "WFREPO_STEP_ID", "WFREPO_ATTEMPT", "WFREPO_IDEMPOTENCY_KEY", "WFREPO_OUTPUT",
            "WFREPO_ROOT", "WFREPO_WORKFLOW", "WFREPO_COMMIT", "WFREPO_CORRELATION_ID",
        ]
        return variables.filter { !local.contains($0.key) }
    }
}
