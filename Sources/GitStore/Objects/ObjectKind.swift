internal import CLibgit2

/// The four kinds of object in a git repository.
public enum ObjectKind: String, Hashable, Sendable, CaseIterable {
    /// A point in history.
    case commit
    /// A folder.
    case tree
    /// The bytes of a file.
    case blob
    /// An annotated tag.
    case tag

    init?(_ raw: git_object_t) {
        switch raw {
        case GIT_OBJECT_COMMIT: self = .commit
        case GIT_OBJECT_TREE: self = .tree
        case GIT_OBJECT_BLOB: self = .blob
        case GIT_OBJECT_TAG: self = .tag
        default: return nil
        }
    }

    var raw: git_object_t {
        switch self {
        case .commit: GIT_OBJECT_COMMIT
        case .tree: GIT_OBJECT_TREE
        case .blob: GIT_OBJECT_BLOB
        case .tag: GIT_OBJECT_TAG
        }
    }
}

/// One stored object: its kind and its bytes, without git's header.
public struct GitObject: Hashable, Sendable {
    /// What the bytes are.
    public var kind: ObjectKind
    /// The content, decompressed.
    public var bytes: [UInt8]
}
