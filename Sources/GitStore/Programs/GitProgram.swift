/// The `git` program at work on one repository, for what libgit2 does not do as users have it set up: transport with
/// their credentials and ssh configuration, repacking, checking every object.
///
/// It is given fixed arguments and a clean environment: nothing of what git tells its hooks about the operation that is
/// under way leaks into it.
public struct GitProgram: Sendable {
    private let directory: String
    private let repository: [String]
    private let environment: [String: String]

    /// What git tells its hooks about the repository and the operation under way.
    ///
    /// Source: git(1), "ENVIRONMENT VARIABLES"; what `git rev-parse --local-env-vars` lists.
    public static let localVariables: Set<String> = [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
        "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE",
        "GIT_COMMON_DIR", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_REFLOG_ACTION",
    ]

    /// git on a repository.
    ///
    /// - Parameter environment: the user's variables: `HOME`, `PATH`, `SSH_AUTH_SOCK` …
    public init(_ repository: Repository, environment: [String: String]) {
        self.init(
            directory: repository.workTree ?? repository.gitDirectory,
            repository: ["--git-dir=\(repository.gitDirectory)"]
                + (repository.workTree.map { ["--work-tree=\($0)"] } ?? []), environment: environment)
    }

    /// git without a repository, in a folder: to clone one.
    public init(directory: String, environment: [String: String]) {
        self.init(directory: directory, repository: [], environment: environment)
    }

    private init(directory: String, repository: [String], environment: [String: String]) {
        self.directory = directory
        self.repository = repository
        var environment = environment.filter { !Self.localVariables.contains($0.key) }
        // As libgit2 reads: objects and parents as they are, whatever stands in for them.
        environment["GIT_NO_REPLACE_OBJECTS"] = "1"
        environment["GIT_GRAFT_FILE"] = "/dev/null"
        self.environment = environment
    }

    /// Runs git. That it fails is a result, not an error.
    ///
    /// - Parameters:
    ///   - settings: for this call alone, `key=value`.
    ///   - errors: where its progress and its complaints go.
    public func run(
        _ arguments: [String], settings: [String] = [], input: [UInt8]? = nil,
        errors: ChildProgram.Stream = .collected
    ) throws(GitError) -> ChildProgram.Outcome {
        // That grafts are old is no news to who has none.
        let settings = (["core.fsmonitor=false", "advice.graftFileDeprecated=false"] + settings).flatMap { ["-c", $0] }
        return try ChildProgram(
            "git", repository + settings + arguments, environment: environment, directory: directory, input: input,
            errors: errors
        ).run()
    }

    /// What git prints, where it succeeds.
    ///
    /// - Throws: what git said, where it fails.
    @discardableResult
    public func output(
        _ arguments: [String], settings: [String] = [], input: [UInt8]? = nil
    ) throws(GitError) -> String {
        let outcome = try run(arguments, settings: settings, input: input)
        guard outcome.status == 0 else {
            throw GitError(
                outcome.status == 127 ? .notFound : .other, "run", "git \(arguments.first ?? "")",
                Self.complaint(outcome),
                hint: outcome.status == 127 ? "install git: apt-get install git" : nil)
        }
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// What git complained of, on one line.
    public static func complaint(_ outcome: ChildProgram.Outcome) -> String {
        let lines = outcome.errorText.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("hint:") }
        return lines.isEmpty ? "git ended with status \(outcome.status)" : lines.joined(separator: "; ")
    }
}
