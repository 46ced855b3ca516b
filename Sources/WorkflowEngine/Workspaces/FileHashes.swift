internal import Crypto
internal import DocumentTree
internal import GitStore
internal import Glibc

/// `hashFiles`: one hash of all files of a folder that match patterns.
///
/// It is the SHA-256 of the files' SHA-256s, in the order of their paths, as GitHub's runner computes it.
public struct FileHashes: Sendable {
    /// The folder that patterns are relative to.
    let folder: String

    /// The hashes of files below `folder`, an absolute path.
    public init(folder: String) { self.folder = folder }

    /// 64 lower-case hexadecimal digits; empty where no file matches.
    ///
    /// - Throws: ``EngineError`` for a folder or a file that can't be read.
    public func hash(_ patterns: [String]) throws -> String {
        let patterns = FilePatterns(patterns)
        var all = SHA256()
        var found = false
        for file in try FolderListing(of: folder).files.keys.sorted() where patterns.match(file) {
            guard let digest = try digest(of: "\(folder)/\(file)") else { continue }
            digest.withUnsafeBytes { all.update(bufferPointer: $0) }
            found = true
        }
        return found ? all.finalize().hexadecimal : ""
    }

    /// One hash of all files that are wanted, with their paths, links by where they lead, and whether they are programs.
    func hash(where isWanted: (String) -> Bool) throws -> String {
        var all = SHA256()
        for file in try FolderListing(of: folder).files.keys.sorted() where isWanted(file) {
            let path = "\(folder)/\(file)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let content =
                status.st_mode & S_IFMT == S_IFLNK
                ? "link \(String(decoding: try SystemFile.linkTarget(path), as: UTF8.self))"
                : try digest(of: path)?.hexadecimal ?? ""
            let isProgram = status.st_mode & 0o111 != 0
            all.update(data: Array("\(file)\0\(isProgram)\0\(content)\0".utf8))
        }
        return all.finalize().hexadecimal
    }

    /// The hash of a file's content; nil where it is no file.
    private func digest(of path: String) throws -> SHA256.Digest? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let number = open(path, O_RDONLY | O_CLOEXEC)
        let descriptor = try FileDescriptor(owning: number < 0 ? -errno : number, "read the file", object: path)
        var hash = SHA256()
        while true {
            var failure: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                let got = read(descriptor.number, buffer.baseAddress, buffer.count)
                failure = got < 0 ? errno : 0
                count = max(0, got)
            }
            guard failure == 0 else { throw EngineError(systemError: failure, "read the file", object: path) }
            if piece.isEmpty { return hash.finalize() }
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
    }
}
