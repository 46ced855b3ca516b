internal import Glibc

/// What is below a folder, found without following links.
struct FolderListing {
    /// A file's identity and state, as far as a change to it shows there.
    struct FileState: Hashable {
        var inode: Int
        var size: Int
        /// When the file was last changed in any way, in nanoseconds since 1970. Nobody can set it.
        var changed: Int
    }

    /// Everything but folders, by its path below the folder.
    private(set) var files: [String: FileState] = [:]
    /// The folders, those inside others later.
    private(set) var folders: [String] = []

    init(of root: String) throws(EngineError) { try list(root, below: "") }

    private mutating func list(_ root: String, below prefix: String) throws(EngineError) {
        let path = "\(root)/\(prefix)"
        guard let stream = opendir(path) else {
            throw EngineError(systemError: errno, "list the folder", object: path)
        }
        var inner: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            guard fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                inner.append("\(prefix)\(name)")
            } else {
                files["\(prefix)\(name)"] = FileState(status)
            }
        }
        closedir(stream)
        folders += inner
        for folder in inner { try list(root, below: "\(folder)/") }
    }
}

extension FolderListing.FileState {
    init(_ status: stat) {
        inode = Int(truncatingIfNeeded: status.st_ino)
        size = Int(status.st_size)
        changed = status.st_ctim.nanoseconds
    }

    /// The state of a file; nil where there is none.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
