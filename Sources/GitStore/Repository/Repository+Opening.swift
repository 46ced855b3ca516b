internal import CLibgit2

extension Repository {
    /// Opens the repository at exactly `path`: a work tree, a git folder or a bare repository.
    public static func open(_ path: String) throws(GitError) -> Repository {
        try open(path, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, ceilings: nil, indexFile: nil)
    }

    /// Opens the repository that `path` is in, looking upwards as git does, but not above a folder of `ceilings`.
    public static func discover(from path: String, ceilings: [String] = []) throws(GitError) -> Repository {
        let list = ceilings.isEmpty ? nil : ceilings.joined(separator: ":")
        return try open(path, flags: 0, ceilings: list, indexFile: nil)
    }

    /// Opens a repository whose parts the caller names, as git's environment variables do.
    ///
    /// - Parameters:
    ///   - gitDirectory: `GIT_DIR`.
    ///   - workTree: `GIT_WORK_TREE`; `nil` leaves it to the repository's configuration.
    ///   - indexFile: `GIT_INDEX_FILE`; `nil` is the repository's own.
    ///   - objectDirectory: `GIT_OBJECT_DIRECTORY`, such as the quarantine in `pre-receive`.
    ///   - alternates: `GIT_ALTERNATE_OBJECT_DIRECTORIES`, split at the colons.
    public static func open(
        gitDirectory: String, workTree: String? = nil, indexFile: String? = nil, objectDirectory: String? = nil,
        alternates: [String] = []
    ) throws(GitError) -> Repository {
        let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
        let handle = try openHandle(gitDirectory, flags: flags, ceilings: nil)
        do throws(GitError) {
            if let workTree {
                try GitError.check(git_repository_set_workdir(handle, workTree, 0), "use work tree", workTree)
            }
            if objectDirectory != nil || !alternates.isEmpty {
                try useObjects(objectDirectory, alternates: alternates, in: handle)
            }
        } catch {
            git_repository_free(handle)
            throw error
        }
        return try Repository(owning: handle, indexFile: indexFile, objectDirectory: objectDirectory)
    }

    private static func useObjects(
        _ directory: String?, alternates: [String], in handle: OpaquePointer
    ) throws(GitError) {
        let main = directory ?? String(cString: git_repository_commondir(handle)) + "objects"
        var objects: OpaquePointer?
        try GitError.check(git_odb_open(&objects, main), "open object database", main)
        defer { git_odb_free(objects) }
        for alternate in alternates where !alternate.isEmpty {
            try GitError.check(git_odb_add_disk_alternate(objects, alternate), "open object database", alternate)
        }
        try GitError.check(git_repository_set_odb(handle, objects), "use object database", main)
    }

    /// Makes a repository, and the folders to it, at `path`; one that is there already is left as it is.
    ///
    /// - Parameter initialBranch: what HEAD names: `main`.
    public static func initialize(
        at path: String, bare: Bool = false, initialBranch: String = "main"
    ) throws(GitError) -> Repository {
        try Library.start()
        var isValid: Int32 = 0
        try GitError.check(git_branch_name_is_valid(&isValid, initialBranch), "create repository", path)
        guard isValid == 1 else {
            throw GitError(
                .invalidName, "create repository", path, "no branch can be called '\(initialBranch)'",
                hint: "what can be a name: git help check-ref-format")
        }
        var options = git_repository_init_options()
        try GitError.check(
            git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)),
            "create repository", path)
        options.flags = GIT_REPOSITORY_INIT_MKPATH.rawValue | (bare ? GIT_REPOSITORY_INIT_BARE.rawValue : 0)
        var handle: OpaquePointer?
        let status = initialBranch.withCString { branch in
            options.initial_head = branch
            return git_repository_init_ext(&handle, path, &options)
        }
        guard status >= 0, let handle else { throw GitError.last(status, "create repository", path) }
        return try Repository(owning: handle)
    }

    private static func open(
        _ path: String, flags: UInt32, ceilings: String?, indexFile: String?
    ) throws(GitError) -> Repository {
        try Repository(owning: try openHandle(path, flags: flags, ceilings: ceilings), indexFile: indexFile)
    }

    private static func openHandle(_ path: String, flags: UInt32, ceilings: String?) throws(GitError) -> OpaquePointer {
        try Library.start()
        var handle: OpaquePointer?
        let status = git_repository_open_ext(&handle, path, flags, ceilings)
        if status >= 0, let handle { return handle }
        var error = GitError.last(status, "open repository", path)
        if error.code == .notFound { error = refined(error, path: path) }
        throw error
    }

    /// libgit2 1.5 says "not found" both where there is no repository and, when no `safe.directory` is configured at all,
    /// where the repository belongs to somebody else.
    private static func refined(_ error: GitError, path: String) -> GitError {
        if GitError.contains(error.message, "safe.directory") {
            return GitError(
                .notOwned, error.operation, path, "it is owned by another user",
                hint: "if you trust it: git config --global --add safe.directory \(ShellWord.quoted(path))")
        }
        return GitError(
            .notARepository, error.operation, path, "no git repository there or in a folder above",
            hint: "create one: git init \(path)")
    }
}
