internal import CLibgit2

/// The repositories of other users that a user trusts git with: `safe.directory` of their settings (git-config(1)).
///
/// libgit2 1.5 knows only plain paths, and only those of files that it reads itself: neither `*` nor what
/// `GIT_CONFIG_GLOBAL` names.
public struct SafeDirectories: Hashable, Sendable {
    /// The folders, as they are written.
    private let folders: [String]

    /// What files of settings say, the widest first, and the environment at last. A file that is missing says nothing.
    ///
    /// - Parameters:
    ///   - files: the system's and the user's files of settings; a repository's own does not count.
    ///   - given: values from the environment (`GIT_CONFIG_COUNT`).
    ///   - home: the user's home folder, for values that start with `~/`.
    public init(files: [String], given: [String] = [], home: String?) throws(GitError) {
        var folders: [String] = []
        var values: [String] = []
        for file in files { values += try Self.values(in: file) }
        for value in values + given {
            // An empty value takes back all before it.
            if value.isEmpty { folders = [] } else { folders.append(value) }
        }
        self.folders = folders.map { folder in
            guard let home, folder.hasPrefix("~/") else { return folder }
            return home + folder.dropFirst()
        }
    }

    /// Whether a folder is among them.
    func contains(_ folder: String) -> Bool {
        let folder = Self.withoutSlash(folder)
        return folders.contains { safe in
            safe == "*" || Self.withoutSlash(safe) == folder
                || safe.hasSuffix("/*") && folder.hasPrefix(safe.dropLast())
        }
    }

    private static func withoutSlash(_ path: String) -> Substring {
        path.hasSuffix("/") && path != "/" ? path.dropLast() : path[...]
    }

    private static func values(in file: String) throws(GitError) -> [String] {
        try Library.start()
        var configuration: OpaquePointer?
        try GitError.check(git_config_open_ondisk(&configuration, file), "read settings", file)
        defer { git_config_free(configuration) }
        return try Configuration.values(of: "safe.directory", in: configuration, naming: file)
    }
}

extension Repository {
    /// Opens a repository that may belong to somebody else, where the user has said that it is safe.
    ///
    /// - Parameter open: opens it; called again, without the check of the owner, where that check refused and the
    ///   repository is among `safe`.
    /// - Throws: what `open` throws; `notOwned` where nobody has said so.
    public static func opening(
        safe: () throws(GitError) -> SafeDirectories, _ open: () throws(GitError) -> Repository
    ) throws(GitError) -> Repository {
        do throws(GitError) {
            return try open()
        } catch {
            guard error.code == .notOwned else { throw error }
            let directories = try safe()
            try GitError.check(wfrepo_git_set_owner_validation(0), "open repository", error.object)
            defer { _ = wfrepo_git_set_owner_validation(1) }
            let repository = try open()
            guard
                [repository.workTree, repository.gitDirectory].compactMap({ $0 }).contains(where: directories.contains)
            else { throw error }
            return repository
        }
    }
}
