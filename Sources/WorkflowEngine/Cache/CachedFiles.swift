internal import Crypto
internal import DocumentTree
internal import GitStore
internal import Glibc

/// Files of a workspace on their way into a kept result, and back.
struct CachedFiles {
    /// The workspace.
    let folder: String

    static func leavesWorkspace(_ path: String) -> Bool {
        path.hasPrefix("/") || path.hasPrefix("!/") || path.split(separator: "/").contains("..")
    }

    /// The files that the patterns mean, in the order of their paths, and what they are.
    /// - Throws: `EngineError.system`.
    func files(_ patterns: FilePatterns) throws(EngineError) -> [CacheEntry.File] {
        var found: [CacheEntry.File] = []
        for path in try FolderListing(of: folder).files.keys.sorted() where patterns.match(path) {
            var status = stat()
            guard lstat("\(folder)/\(path)", &status) == 0 else { continue }
            let mode = Int(status.st_mode & 0o777)
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                let target = try system(path) { () throws(GitError) in
                    try SystemFile.linkTarget("\(folder)/\(path)")
                }
                found.append(.init(path: path, mode: mode, content: .link(String(decoding: target, as: UTF8.self))))
            case S_IFREG:
                var hash = SHA256()
                var count = 0
                try pieces(of: "\(folder)/\(path)", from: 0, count: .max) { piece in
                    hash.update(data: piece)
                    count += piece.count
                }
                found.append(
                    .init(path: path, mode: mode, content: .bytes(count, sha256: hash.finalize().hexadecimal)))
            default: break
            }
        }
        return found
    }

    /// Writes the bytes of files to a descriptor.
    /// - Throws: `EngineError.system`, also where a file has changed since it was looked at.
    func write(_ files: [CacheEntry.File], to descriptor: Int32) throws(EngineError) {
        for file in files {
            guard case .bytes(let expected, let sum) = file.content else { continue }
            var hash = SHA256()
            try pieces(of: "\(folder)/\(file.path)", from: 0, count: expected) { piece throws(EngineError) in
                hash.update(data: piece)
                try FileBytes.write(piece[...], to: descriptor, path: file.path)
            }
            guard hash.finalize().hexadecimal == sum else {
                throw EngineError(.system, "the file changed while it was kept", object: file.path)
            }
        }
    }

    /// Whether the bytes behind the head of a kept result are those that it says.
    func verify(_ files: [CacheEntry.File], of entry: String, from start: Int) throws(EngineError) -> Bool {
        var offset = start
        for file in files {
            guard case .bytes(let count, let sum) = file.content else { continue }
            var hash = SHA256()
            try pieces(of: entry, from: offset, count: count) { hash.update(data: $0) }
            guard hash.finalize().hexadecimal == sum else { return false }
            offset += count
        }
        return true
    }

    /// Puts the files of a kept result into the workspace, in place of what stands there.
    func restore(_ files: [CacheEntry.File], of entry: String, from start: Int) throws(EngineError) {
        var offset = start
        for file in files {
            let path = "\(folder)/\(file.path)"
            if let slash = path.lastIndex(of: "/") { try FileBytes.makeFolder(String(path[..<slash])) }
            try FileBytes.removeAll(path)
            switch file.content {
            case .link(let target):
                guard symlink(target, path) == 0 else {
                    throw EngineError(systemError: errno, "make the link", object: path)
                }
            case .bytes(let count, _):
                let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_t(file.mode & 0o777))
                let target = try FileDescriptor(
                    owning: number < 0 ? -errno : number, "write the file", object: path)
                try pieces(of: entry, from: offset, count: count) { piece throws(EngineError) in
                    try FileBytes.write(piece[...], to: target.number, path: path)
                }
                offset += count
            }
        }
    }

    /// Reads a part of a file, piece by piece.
    private func pieces(
        of path: String, from start: Int, count: Int, _ take: ([UInt8]) throws(EngineError) -> Void
    ) throws(EngineError) {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        let source = try FileDescriptor(owning: number < 0 ? -errno : number, "read the file", object: path)
        if start > 0 { lseek(source.number, off_t(start), SEEK_SET) }
        var rest = count
        while rest > 0 {
            let piece = try system(path) { () throws(GitError) in
                try SystemFile.readAll(
                    source.number, path: path, expecting: min(rest, Self.pieceSize) - 1,
                    limit: min(rest, Self.pieceSize))
            }
            if piece.isEmpty { return }
            try take(piece)
            rest -= piece.count
        }
    }

    private static let pieceSize = 1 << 20

    private func system<R>(_ path: String, _ body: () throws(GitError) -> R) throws(EngineError) -> R {
        do {
            return try body()
        } catch {
            throw EngineError(.system, "cannot \(error.operation): \(error.message)", object: path)
        }
    }
}
