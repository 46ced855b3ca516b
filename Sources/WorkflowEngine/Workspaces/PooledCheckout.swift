internal import GitStore
internal import Glibc

/// One folder of the pool: a place that holds the tree of some commit, and is brought to another one by writing what
/// differs.
struct PooledCheckout {
    /// The folder with everything of this place.
    let place: String

    /// Where the files are.
    var path: String { "\(place)/tree" }
    private var manifestPath: String { "\(place)/manifest" }

    /// Makes the folder hold exactly the tree's files: what earlier runs left, changed or removed is put right.
    func bring(to tree: TreeID, from repository: Repository) throws {
        var previous: TreeID?
        if let manifest = FileBytes.read(manifestPath, limit: 1 << 30).flatMap(CheckoutManifest.init) {
            // Until the new manifest is there, nobody may believe this one.
            unlink(manifestPath)
            do {
                try clean(manifest, repository)
                previous = manifest.tree
            } catch {
                try FileBytes.removeAll(path)
            }
        } else {
            try FileBytes.removeAll(path)
        }
        try FileBytes.makeFolder(path)
        if previous != tree { try repository.checkout(tree, at: path, previous: previous) }
        try writeManifest(tree)
    }

    /// Removes all files, whatever run made them.
    func erase() throws(EngineError) {
        unlink(manifestPath)
        try FileBytes.removeAll(path)
    }

    /// Puts the folder into the state that the manifest tells of.
    private func clean(_ manifest: CheckoutManifest, _ repository: Repository) throws {
        chmod(path, 0o755)
        let listing = try FolderListing(of: path)
        let entries = Dictionary(
            try repository.files(in: manifest.tree).map { ($0.path, $0.entry) }, uniquingKeysWith: { first, _ in first }
        )
        for (file, state) in listing.files where !manifest.isCertainlyUntouched(file, state) {
            if let entry = entries[file], try isContent(of: "\(path)/\(file)", entry) { continue }
            try FileBytes.removeAll("\(path)/\(file)")
        }
        var wanted: Set<String> = []
        for file in entries.keys {
            var folder = file[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                wanted.insert(String(folder))
            }
        }
        for (file, entry) in entries where entry.mode == .commit { wanted.insert(file) }
        for folder in listing.folders.reversed() where !wanted.contains(folder) {
            try FileBytes.removeAll("\(path)/\(folder)")
        }
        for (file, entry) in entries
        where entry.mode != .commit && FolderListing.FileState(path: "\(path)/\(file)") == nil {
            try write(entry, to: file, repository)
        }
    }

    /// Whether a file is what the entry says.
    private func isContent(of file: String, _ entry: TreeEntry) throws -> Bool {
        var status = stat()
        guard lstat(file, &status) == 0 else { return false }
        switch entry.mode {
        case .symlink:
            guard status.st_mode & S_IFMT == S_IFLNK else { return false }
            var target = [CChar](repeating: 0, count: Int(status.st_size) + 1)
            let length = readlink(file, &target, target.count)
            guard length >= 0 else { return false }
            return try Repository.hash(.blob, target[..<length].map { UInt8(bitPattern: $0) }) == entry.id
        case .blob, .executable:
            guard status.st_mode & S_IFMT == S_IFREG, (status.st_mode & 0o100 != 0) == (entry.mode == .executable),
                let bytes = FileBytes.read(file, limit: Int(status.st_size) + 1)
            else { return false }
            return try Repository.hash(.blob, bytes) == entry.id
        case .tree, .commit: return false
        }
    }

    private func write(_ entry: TreeEntry, to file: String, _ repository: Repository) throws {
        let full = "\(path)/\(file)"
        let bytes = try repository.blob(BlobID(entry.id))
        if let slash = full.lastIndex(of: "/") { try FileBytes.makeFolder(String(full[..<slash])) }
        if entry.mode == .symlink {
            guard symlink(String(decoding: bytes, as: UTF8.self), full) == 0 else {
                throw EngineError(systemError: errno, "make the link", object: full)
            }
            return
        }
        let mode: mode_t = entry.mode == .executable ? 0o777 : 0o666
        let number = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        let descriptor = try FileDescriptor(owning: number < 0 ? -errno : number, "write the file", object: full)
        try FileBytes.write(bytes[...], to: descriptor.number, path: full)
    }

    private func writeManifest(_ tree: TreeID) throws {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let manifest = CheckoutManifest(
            tree: tree, made: time.nanoseconds, files: try FolderListing(of: path).files)
        let number = open(manifestPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let descriptor = try FileDescriptor(
            owning: number < 0 ? -errno : number, "write the file", object: manifestPath)
        try FileBytes.write(manifest.bytes[...], to: descriptor.number, path: manifestPath)
    }
}
