internal import Glibc

/// A line of a reflog: a move of a reference, as whoever moved it noted it.
///
/// Source: git-reflog(1), and `refs/files-backend.c` of git for the form.
public struct ReflogEntry: Hashable, Sendable {
    /// Where it was; zeros where it was new.
    public let old: ObjectID
    /// Where it went.
    public let new: ObjectID
    /// When, in seconds since 1970.
    public let seconds: Int
    /// Why: `commit: Add deploy`.
    public let message: String

    /// Reads a line; nil where it is none, as one that a crash tore.
    init?(line: some StringProtocol) {
        let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: " ")
        guard words.count >= 4, let old = ObjectID(String(words[0])), let new = ObjectID(String(words[1])),
            let seconds = Int(words[words.count - 2])
        else { return nil }
        (self.old, self.new, self.seconds) = (old, new, seconds)
        message = parts.count == 2 ? String(parts[1]) : ""
    }
}

extension Repository {
    /// The latest moves of HEAD in this work tree, the last one first; none where git keeps no reflogs.
    ///
    /// - Parameter bytes: How much of the reflog is read at most, from its end.
    public func headReflog(upTo bytes: Int = 1 << 20) throws(GitError) -> [ReflogEntry] {
        let path = gitDirectory + "logs/HEAD"
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw GitError.system(errno, "read reflog", path)
        }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0, lseek(descriptor, max(0, size - bytes), SEEK_SET) >= 0 else {
            throw GitError.system(errno, "read reflog", path)
        }
        let text = String(decoding: try SystemFile.readAll(descriptor, path: path, limit: bytes), as: UTF8.self)
        // Where it does not begin with the first line, half of one stands there.
        return text.split(separator: "\n").dropFirst(size > bytes ? 1 : 0).reversed().compactMap {
            ReflogEntry(line: $0)
        }
    }
}
