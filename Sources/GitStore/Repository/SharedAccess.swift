internal import Glibc

/// What a repository gives to other users of the system: `core.sharedRepository` of git-config(1), as git itself applies it to
/// each file and folder that it makes.
public struct SharedAccess: Hashable, Sendable {
    private enum Grant: Hashable {
        /// What the umask leaves.
        case byUmask
        /// These bits, besides what the umask leaves.
        case adding(mode_t)
        /// These bits for files that are read and written, and no others.
        case exactly(mode_t)
    }

    private let grant: Grant

    /// Everything as the umask has it.
    public static let byUmask = SharedAccess(grant: .byUmask)

    private init(grant: Grant) { self.grant = grant }

    /// Reads the setting; nil where it is not set.
    ///
    /// - Throws: `invalid` for what git refuses: no mode, or one that leaves the owner without access.
    init(setting: String?) throws(GitError) {
        switch setting?.lowercased() {
        case nil, "umask", "false", "no", "off", "0": grant = .byUmask
        case "group", "true", "yes", "on", "1", "": grant = .adding(0o660)
        case "all", "world", "everybody", "2": grant = .adding(0o664)
        case let text?:
            guard let mode = mode_t(text, radix: 8), mode & 0o600 == 0o600 else {
                throw GitError(
                    .invalid, "read setting", "core.sharedRepository",
                    "'\(text)' gives the owner no access, or is no mode",
                    hint: "see 'git help config': git config core.sharedRepository group")
            }
            grant = .exactly(mode & 0o666)
        }
    }

    /// For a file that is nobody's secret within its folder: who may write in the folder may read and write it.
    public static func asFolder(of path: String) -> SharedAccess {
        var folder = stat()
        guard stat(DurableFile.folder(of: path), &folder) == 0, folder.st_mode & S_IWGRP != 0 else { return .byUmask }
        return SharedAccess(grant: .adding(0o600 | folder.st_mode & 0o066))
    }

    /// Whether others get more or less than the umask leaves.
    public var isShared: Bool { grant != .byUmask }

    /// The permission bits that a new file or folder gets.
    func mode(of mode: mode_t, isFolder: Bool) -> mode_t {
        var granted: mode_t
        switch grant {
        case .byUmask: return mode & 0o7777
        case .adding(let bits), .exactly(let bits): granted = bits
        }
        if mode & S_IWUSR == 0 { granted &= ~0o222 }
        // Who may read a program or a folder may use it.
        if mode & S_IXUSR != 0 { granted |= (granted & 0o444) >> 2 }
        var result = mode & 0o7777
        if case .exactly = grant { result &= ~0o777 }
        result |= granted
        guard isFolder else { return result }
        result |= (result & 0o444) >> 2
        // What is made in it belongs to its group, whoever makes it.
        return result & 0o060 == 0 ? result : result | S_ISGID
    }

    /// Gives others their access to a file that this process has made and has open.
    public func apply(to descriptor: Int32, _ path: String) throws(GitError) {
        var status = stat()
        guard isShared, fstat(descriptor, &status) == 0 else { return }
        try change(status, path) { fchmod(descriptor, $0) }
    }

    /// Gives others their access to a file or folder. One that is not there, or belongs to somebody else, is left as it is.
    public func apply(to path: String) throws(GitError) {
        var status = stat()
        guard isShared, lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { return }
        try change(status, path) { chmod(path, $0) }
    }

    private func change(_ status: stat, _ path: String, _ set: (mode_t) -> Int32) throws(GitError) {
        let wanted = mode(of: status.st_mode, isFolder: status.st_mode & S_IFMT == S_IFDIR)
        guard wanted != status.st_mode & 0o7777, set(wanted) != 0, errno != EPERM, errno != ENOENT else { return }
        throw GitError.system(errno, "share", path)
    }
}

extension Repository {
    /// What the repository gives to other users.
    public var sharedAccess: SharedAccess {
        get throws(GitError) {
            if let knownSharedAccess { return knownSharedAccess }
            let access = try SharedAccess(setting: configuration.string("core.sharedrepository"))
            knownSharedAccess = access
            return access
        }
    }

    /// Makes wfrepo's own folder in the common git folder, where it is missing: for its owner alone, but in a shared repository
    /// for all who share that. What lies in it says itself whether others may read it.
    ///
    /// - Returns: its path, without a `/` at the end.
    @discardableResult
    public func makeOwnFolder() throws(GitError) -> String {
        let path = commonDirectory + "wfrepo"
        if mkdir(path, 0o700) == 0 {
            try sharedAccess.apply(to: path)
            try DurableFile.syncFolder(of: path)
        } else if errno != EEXIST {
            throw GitError.system(errno, "make folder", path)
        }
        return path
    }

    /// Whether this user may look into wfrepo's own folder. Where it is another's alone, what is in git can be seen all the same; that
    /// there is none hides nothing.
    public var showsOwnFolder: Bool { Glibc.access(commonDirectory + "wfrepo", R_OK | X_OK) == 0 || errno == ENOENT }

    /// Gives others their access to a file that libgit2 has written below the common git folder, and to the folders to it.
    func share(_ path: String) throws(GitError) {
        let access = try sharedAccess
        guard access.isShared else { return }
        var place = commonDirectory
        for component in path.split(separator: "/") {
            place += place.hasSuffix("/") ? component : "/" + component
            try access.apply(to: place)
        }
    }
}
