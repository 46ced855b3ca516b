public import GitStore

/// The folder in which git looks for a repository's hooks.
public struct HookFolder: Hashable, Sendable {
    /// Where the folder is said.
    public enum Origin: Hashable, Sendable {
        /// Nowhere: it is `hooks` in the common git folder, shared by linked work trees.
        case standard
        /// `core.hooksPath` of the repository itself.
        case local
        /// `core.hooksPath` of the user's or the system's settings: it serves other repositories, too.
        case global
    }

    /// The folder's path, without a slash at its end. It need not exist.
    public let path: String
    /// Where that is said.
    public let origin: Origin
    /// Whether it lies within the git folder or the work tree.
    public let isInsideRepository: Bool

    /// The hooks folder of a repository.
    ///
    /// - Parameter home: the user's home folder, for a `core.hooksPath` that starts with `~/`.
    public init(of repository: Repository, home: String?) throws(GitError) {
        let configuration = try repository.configuration
        guard let configured = try configuration.string("core.hooksPath"), !configured.isEmpty else {
            path = repository.commonDirectory + "hooks"
            origin = .standard
            isInsideRepository = true
            return
        }
        let base = repository.workTree ?? repository.gitDirectory
        path = Self.absolute(configured, base: base, home: home)
        origin = try repository.localSetting("core.hooksPath") == nil ? .global : .local
        let path = path + "/"
        isInsideRepository = [repository.commonDirectory, repository.gitDirectory, base].contains { path.hasPrefix($0) }
    }

    /// As git reads it: a relative path starts where hooks run, at the top of the work tree or in a bare repository.
    private static func absolute(_ path: String, base: String, home: String?) -> String {
        var path = path
        if path == "~" || path.hasPrefix("~/"), let home { path = home + path.dropFirst() }
        if !path.hasPrefix("/") { path = base + path }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
