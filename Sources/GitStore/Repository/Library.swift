internal import CLibgit2
internal import Glibc

/// libgit2 itself: started once a process, with the options that everything here relies upon.
public enum Library {
    /// Runs at the first use; Swift makes it happen once, whichever threads race for it.
    private static let status: Int32 = {
        let count = git_libgit2_init()
        guard count > 0 else { return count }
        // Without it a power loss takes every acknowledged write: libgit2 then syncs the file and its folder.
        let fsync = wfrepo_git_enable_fsync(1)
        guard fsync == 0 else { return fsync }
        let cache = wfrepo_git_set_cache_limits(largestCachedTree, cacheSize)
        guard cache == 0 else { return cache }
        return acceptExtensions(["preciousobjects", "partialclone", "worktreeconfig"])
    }()

    /// Bytes. A tree of 10,000 entries has 400 kB; it is asked for several times in a row, and unpacked and hashed each time
    /// that it is not kept.
    static let largestCachedTree = 4 << 20
    /// Bytes of all objects that libgit2 keeps.
    private static let cacheSize = 32 << 20

    /// Format extensions that change nothing for what is read and written here, and that libgit2 would refuse.
    private static func acceptExtensions(_ names: [String]) -> Int32 {
        let copies = names.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        var pointers = copies.map { UnsafePointer($0) }
        return wfrepo_git_accept_extensions(&pointers, pointers.count)
    }

    static func start() throws(GitError) {
        try GitError.check(status, "start libgit2")
    }

    /// Maps packs piecemeal, 16 MiB at most at a time: for whoever reads all of a large repository in the order of its packs
    /// and has no use for what lies behind. It holds for packs that are opened from now on, in the whole process.
    package static func mapPacksPiecemeal() throws(GitError) {
        try start()
        try GitError.check(wfrepo_git_set_mapping(1 << 20, 16 << 20), "limit the mapping of packs")
    }

    /// Gives back what libgit2's look-ups have read of the packs' indexes: for whoever has read much and goes on without git. It is
    /// read again where it is needed after all.
    package static func giveBackPackIndexes() { MappedPackIndexes.giveBackMemory() }

    /// Reads objects from now on without hashing each anew, in the whole process, as git itself reads them: the checksum of
    /// their compressed form still counts. For commands that only show: of a walk through much history it is half the time.
    /// What saves, runs or proves reads with hashes.
    package static func readWithoutHashing() throws(GitError) {
        try start()
        try GitError.check(wfrepo_git_set_hash_verification(0), "read objects as git does")
    }

    /// A level of configuration outside the repository.
    public enum ConfigurationLevel: Sendable {
        /// `/etc/gitconfig`
        case system
        /// `$XDG_CONFIG_HOME/git/config`
        case xdg
        /// `~/.gitconfig`
        case global
    }

    /// Sets the folder in which libgit2 looks for the file of one level of configuration, for the whole process.
    ///
    /// Call it before the first repository is opened. An empty `folder` switches the level off. The folder must hold the
    /// usual file name (`gitconfig`, `config`, `.gitconfig`).
    public static func setConfigurationFolder(_ folder: String, for level: ConfigurationLevel) throws(GitError) {
        try start()
        let number =
            switch level {
            case .system: GIT_CONFIG_LEVEL_SYSTEM
            case .xdg: GIT_CONFIG_LEVEL_XDG
            case .global: GIT_CONFIG_LEVEL_GLOBAL
            }
        try GitError.check(wfrepo_git_set_search_path(number, folder), "set the configuration folder", folder)
    }

    /// Where a user's own attributes may stand, beside what `core.attributesFile` says.
    static var userAttributeFiles: [String] {
        var folders = git_buf()
        defer { git_buf_dispose(&folders) }
        guard wfrepo_git_get_search_path(GIT_CONFIG_LEVEL_XDG, &folders) == 0, let list = folders.ptr else { return [] }
        return String(cString: list).split(separator: ":").map { $0 + "/attributes" }
    }
}
