internal import GitStore
internal import Glibc

/// Runs the repository's own git hooks as git would: where, with which arguments and variables (githooks(5)).
struct HookRunner {
    private let repository: Repository
    private let context: SaveContext
    private let folder: HookFolder
    /// Hooks that were passed over because they are not executable: git warns of them.
    private(set) var ignored: [String] = []

    init(_ repository: Repository, context: SaveContext) throws(GitError) {
        self.repository = repository
        self.context = context
        folder = try HookFolder(of: repository, home: context.environment["HOME"])
    }

    /// The file to run for a hook; nil where there is none.
    ///
    /// - Parameter skipsOurs: whether wfrepo's own file is passed over in favour of the hook that was there before it.
    mutating func program(for hook: String, skipsOurs: Bool = false) throws -> String? {
        let path = "\(folder.path)/\(hook)"
        guard access(path, F_OK) == 0 else { return nil }
        guard access(path, X_OK) == 0 else {
            ignored.append(path)
            return nil
        }
        guard skipsOurs, try isOurs(hook) else { return path }
        let earlier = path + HookName.earlierSuffix
        return access(earlier, X_OK) == 0 ? earlier : nil
    }

    /// Whether wfrepo's own file stands in a hook's place and would be run.
    func isOurs(_ hook: String) throws -> Bool {
        let path = "\(folder.path)/\(hook)"
        guard access(path, X_OK) == 0, let content = try DurableFile.read(path) else { return false }
        return HookName.isOurs(content)
    }

    /// Runs a hook's file.
    ///
    /// - Parameters:
    ///   - input: what the hook reads; nothing where nil.
    ///   - indexFile: what `GIT_INDEX_FILE` names; the repository's own index where nil.
    ///   - editsMessage: whether an editor follows; otherwise `GIT_EDITOR` is `:`, as git sets it.
    /// - Returns: the exit status.
    func run(
        _ program: String, _ arguments: [String] = [], input: [UInt8]? = nil, indexFile: String? = nil,
        editsMessage: Bool = false
    ) throws -> Int32 {
        var variables = context.environment
        variables["GIT_INDEX_FILE"] = indexFile ?? repository.indexPath
        variables["GIT_PREFIX"] = ""
        variables["GIT_AUTHOR_NAME"] = context.author.name
        variables["GIT_AUTHOR_EMAIL"] = context.author.email
        variables["GIT_AUTHOR_DATE"] = "@\(context.author.seconds) \(Self.zone(context.author))"
        if !editsMessage { variables["GIT_EDITOR"] = ":" }
        if repository.isLinkedWorktree || repository.isBare { variables["GIT_DIR"] = repository.gitDirectory }
        let process = ChildProgram(
            program, arguments, environment: variables, directory: repository.workTree ?? repository.gitDirectory,
            input: input, output: .descriptor(context.hookOutput), errors: .descriptor(context.hookOutput))
        return try process.run().status
    }

    private static func zone(_ signature: Signature) -> String {
        signature.description.split(separator: " ").last.map(String.init) ?? "+0000"
    }
}
