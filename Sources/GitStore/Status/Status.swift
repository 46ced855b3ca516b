/// How one path of the work tree differs from the index, and the index from HEAD.
public struct FileStatus: Hashable, Sendable {
    /// The path from the top of the work tree. A folder that is another repository ends in `/`.
    public let path: String
    /// How the index differs from HEAD; `nil` when it does not.
    public let staged: FileChange?
    /// How the work tree differs from the index; `nil` when it does not.
    public let unstaged: FileChange?
}

/// A way in which a file differs.
public enum FileChange: String, Hashable, Sendable {
    /// It is new.
    case added
    /// Its content or its execute bit is another.
    case modified
    /// It is gone.
    case removed
    /// It was a file and is a link, or the like.
    case typeChanged
    /// git does not know it, and no ignore rule hides it.
    case untracked
    /// git does not know it, and an ignore rule hides it. Listed only where that was asked for.
    case ignored
    /// A merge left it in conflict.
    case conflicted
}
