internal import Glibc

extension FileStat {
    init(_ status: stat) {
        self.init(
            changed: FileTime(status.st_ctim), modified: FileTime(status.st_mtim),
            device: UInt32(truncatingIfNeeded: status.st_dev), inode: UInt32(truncatingIfNeeded: status.st_ino),
            user: UInt32(truncatingIfNeeded: status.st_uid), group: UInt32(truncatingIfNeeded: status.st_gid),
            size: UInt32(truncatingIfNeeded: status.st_size))
    }
}

extension FileTime {
    init(_ time: timespec) {
        self.init(
            seconds: UInt32(truncatingIfNeeded: time.tv_sec), nanoseconds: UInt32(truncatingIfNeeded: time.tv_nsec))
    }
}

/// What stands at a path of the work tree.
struct WorkFile {
    let kind: Kind
    let stat: FileStat

    enum Kind { case file(isExecutable: Bool), symlink, folder, other }

    /// Looks at a path without following a link at its end; `nil` where there is nothing.
    init?(_ path: String) throws(GitError) {
        var status = Glibc.stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw GitError.system(errno, "look at file", path)
        }
        stat = FileStat(status)
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file(isExecutable: status.st_mode & S_IXUSR != 0)
        case S_IFLNK: kind = .symlink
        case S_IFDIR: kind = .folder
        default: kind = .other
        }
    }

    /// The mode that git would stage it with; `nil` for what git does not track.
    var mode: FileMode? {
        switch kind {
        case .file(let isExecutable): isExecutable ? .executable : .blob
        case .symlink: .symlink
        case .folder, .other: nil
        }
    }
}

/// What tells one version of a file from the next: writers that rename a new file into place change at least the inode.
struct FileState: Hashable {
    private let identity: FileStat
    /// The bits of read, write and execute.
    let permissions: mode_t

    init(_ status: stat) {
        identity = FileStat(status)
        permissions = status.st_mode & 0o777
    }

    /// `nil` where there is no such file, or it can't be looked at.
    init?(of path: String) {
        var status = Glibc.stat()
        guard fstatat(AT_FDCWD, path, &status, 0) == 0 else { return nil }
        self.init(status)
    }
}
