internal import Crypto
internal import Glibc

/// `hashFiles`: one hash of all files of a folder that match patterns.
///
/// It is the SHA-256 of the files' SHA-256s, in the order of their paths, as GitHub's runner computes it. A `*` stands for
/// anything but `/`, `**` for any folders, and a pattern that starts with `!` takes matches away.
public struct FileHashes: Sendable {
    /// The folder that patterns are relative to.
    let folder: String

    /// The hashes of files below `folder`, an absolute path.
    public init(folder: String) { self.folder = folder }

    /// 64 lower-case hexadecimal digits; empty where no file matches.
    ///
    /// - Throws: ``EngineError`` for a folder or a file that can't be read.
    public func hash(_ patterns: [String]) throws -> String {
        let patterns = patterns.map { pattern in
            let isExclusion = pattern.hasPrefix("!")
            let parts = pattern.drop { $0 == "!" }.split(separator: "/").filter { $0 != "." }
            return (isExclusion, parts: parts.map(String.init))
        }
        var all = SHA256()
        var found = false
        for file in try FolderListing(of: folder).files.keys.sorted() {
            let parts = file.split(separator: "/").map(String.init)
            var isWanted = false
            for (isExclusion, pattern) in patterns where Self.matches(pattern[...], parts[...]) {
                isWanted = !isExclusion
            }
            guard isWanted, let digest = try digest(of: "\(folder)/\(file)") else { continue }
            digest.withUnsafeBytes { all.update(bufferPointer: $0) }
            found = true
        }
        return found ? all.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() : ""
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

    private static func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            return matches(pattern.dropFirst(), path) || (!path.isEmpty && matches(pattern, path.dropFirst()))
        }
        guard let name = path.first, fnmatch(first, name, 0) == 0 else { return false }
        return matches(pattern.dropFirst(), path.dropFirst())
    }
}
