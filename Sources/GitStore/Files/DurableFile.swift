internal import Glibc

/// Files that are replaced whole and are on disk when that is reported.
public enum DurableFile {
    /// The bytes of a file; nil where there is none. A symbolic link is followed.
    public static func read(_ path: String) throws(GitError) -> [UInt8]? {
        try SystemFile.read(path)?.bytes
    }

    /// Replaces a file: readers see the old bytes or the new ones, also after a power failure.
    ///
    /// - Parameters:
    ///   - mode: the permission bits of the new file, before the umask.
    ///   - access: what others get of it besides.
    ///   - syncsFolder: whether to wait until the new file has its name for good: else the old one may be back after a power failure.
    public static func write(
        _ bytes: [UInt8], to path: String, mode: UInt32 = 0o666, sharing access: SharedAccess = .byUmask,
        syncingFolder syncsFolder: Bool = true
    ) throws(GitError) {
        try replace(path, with: bytes, mode: mode) { (descriptor) throws(GitError) in
            try access.apply(to: descriptor, path)
            guard fsync(descriptor) == 0 else { throw GitError.system(errno, "write file", path) }
        }
        if syncsFolder { try syncFolder(of: path) }
    }

    /// Replaces a file that can be made again, without waiting for the disk: readers see the old bytes, the new ones, or no file,
    /// and after a power failure the file may be old, empty, or zeros in parts.
    public static func writeDerived(
        _ bytes: [UInt8], to path: String, sharing access: SharedAccess = .byUmask
    ) throws(GitError) {
        try replace(path, with: bytes, mode: 0o666) { (descriptor) throws(GitError) in
            try access.apply(to: descriptor, path)
            // ext4 waits for the bytes of a file that takes the place of another (ext4(5), auto_da_alloc).
            unlink(path)
        }
    }

    private static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32, syncing sync: (Int32) throws(GitError) -> Void
    ) throws(GitError) {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw GitError.system(errno, "write file", path) }
        do throws(GitError) {
            defer { close(descriptor) }
            try SystemFile.write(bytes, to: descriptor, path: path)
            try sync(descriptor)
            guard rename(temporary, path) == 0 else { throw GitError.system(errno, "write file", path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Makes a rename, a creation or a removal in a folder last.
    public static func syncFolder(of path: String) throws(GitError) {
        try UnsyncedFile.wait(for: [UnsyncedFile(folder: folder(of: path))])
    }

    /// Makes a folder and those above it, where they are missing.
    ///
    /// - Parameters:
    ///   - mode: the permission bits of the new folders, before the umask.
    ///   - access: what others get of them besides.
    public static func makeFolders(
        _ path: String, mode: UInt32 = 0o777, sharing access: SharedAccess = .byUmask
    ) throws(GitError) {
        var isNew = mkdir(path, mode) == 0
        if !isNew, errno == ENOENT, folder(of: path) != path {
            try makeFolders(folder(of: path), mode: mode, sharing: access)
            isNew = mkdir(path, mode) == 0
        }
        guard isNew || errno == EEXIST else { throw GitError.system(errno, "make folder", path) }
        guard isNew else { return }
        try access.apply(to: path)
        try syncFolder(of: path)
    }

    /// The folder that a path is in.
    public static func folder(of path: String) -> String {
        var trimmed = Substring(path)
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }
}
