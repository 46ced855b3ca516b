internal import DocumentTree
internal import GitStore
internal import Glibc
internal import WorkflowLanguage

/// The kept results of steps: `cache/<key>`, one file each.
///
/// It is a cache: whatever is missing, torn or in the way costs no more than that the step runs. Many processes use it at
/// once; a file is replaced and removed as a whole, and whoever reads it has it open.
struct StepCacheFolder {
    let folder: String

    /// The largest head that is read: outputs are 2 MiB at most, and a path is 4 KiB at most.
    private static let longestHead = 64 << 20

    /// Hands a kept result on and puts its files into the workspace; nil where there is none.
    func take(_ key: String, into workspace: String) -> CacheEntry? {
        let path = "\(folder)/\(key)"
        guard let (entry, length) = head(of: path), entry.key == key else { return nil }
        let files = CachedFiles(folder: workspace)
        do {
            guard try files.verify(entry.files, of: path, from: length) else {
                unlink(path)
                return nil
            }
            try files.restore(entry.files, of: path, from: length)
        } catch {
            return nil
        }
        // The file's time says when it was last of use.
        utimensat(AT_FDCWD, path, nil, 0)
        return entry
    }

    /// Keeps a result.
    ///
    /// - Parameter room: The largest file that is kept, in bytes.
    /// - Throws: `EngineError`, which says why not.
    func keep(_ entry: CacheEntry, from workspace: String, paths: [String], room: Int) throws(EngineError) {
        let files = CachedFiles(folder: workspace)
        var entry = entry
        if !paths.isEmpty {
            entry.files = try files.files(FilePatterns(paths, coversFolders: true))
            guard !entry.files.isEmpty else {
                throw EngineError(.refused, "no file is there that `paths` names")
            }
        }
        let head = entry.head
        let size = entry.files.reduce(head.count) { $0 + $1.size }
        guard size <= room else {
            throw EngineError(
                .refused, "it takes \(ByteSize.text(size)), and all kept results may take \(ByteSize.text(room))")
        }
        try FileBytes.makeFolder(folder)
        chmod(folder, 0o700)
        let temporary = "\(folder)/.\(entry.key).\(getpid())-\(UInt32.random(in: 0 ... .max))"
        do throws(EngineError) {
            let number = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            let descriptor = try FileDescriptor(owning: number < 0 ? -errno : number, "write", object: temporary)
            try FileBytes.write(head[...], to: descriptor.number, path: temporary)
            try files.write(entry.files, to: descriptor.number)
            // Not synced: the sums tell a file that a loss of power tore.
            guard rename(temporary, "\(folder)/\(entry.key)") == 0 else {
                throw EngineError(systemError: errno, "write", object: temporary)
            }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Removes what was of no use for `age`, then what was of use longest ago, until all that is left takes at most `size`.
    func clean(age: Duration, size: Int, now: Timestamp) {
        var found: [(path: String, used: Int, bytes: Int)] = []
        for name in FileBytes.names(in: folder) {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let used = ModificationTime(status).milliseconds
            // What a dead process began has no use for anybody; a living one is done within a day.
            let longest = name.hasPrefix(".") ? 86_400_000 : age.wholeMilliseconds
            if now.milliseconds - used > longest {
                unlink(path)
            } else {
                found.append((path, used, Int(status.st_size)))
            }
        }
        var total = found.reduce(0) { $0 + $1.bytes }
        for entry in found.sorted(by: { $0.used < $1.used }) where total > size {
            unlink(entry.path)
            total -= entry.bytes
        }
    }

    /// The head of a kept result, and how many bytes it takes.
    private func head(of path: String) -> (entry: CacheEntry, length: Int)? {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var bytes: [UInt8] = []
        var breaks = 0
        while breaks < 2, bytes.count < Self.longestHead {
            guard let piece = try? SystemFile.readAll(number, path: path, expecting: 4095, limit: 64 << 10),
                !piece.isEmpty
            else { return nil }
            for byte in piece where breaks < 2 {
                bytes.append(byte)
                if byte == 0x0A { breaks += 1 }
            }
        }
        return CacheEntry(head: bytes).map { ($0, bytes.count) }
    }
}

extension CacheEntry.File {
    /// How many bytes follow the head for it.
    fileprivate var size: Int {
        guard case .bytes(let count, _) = content else { return 0 }
        return count
    }
}
