/// The id of one kind of object, so that a tree can't be passed where a commit is meant.
public protocol TypedObjectID: Hashable, Comparable, Sendable, LosslessStringConvertible {
    /// The id without its kind.
    var object: ObjectID { get }
    /// Marks an id as one of this kind. Nothing is looked up.
    init(_ object: ObjectID)
}

extension TypedObjectID {
    /// The 40 hexadecimal digits, in lower case.
    public var description: String { object.description }

    /// Parses 40 hexadecimal digits; `nil` for anything else.
    public init?(_ description: String) {
        guard let object = ObjectID(description) else { return nil }
        self.init(object)
    }

    /// The first `count` hexadecimal digits, for people to read.
    public func short(_ count: Int = 7) -> String { object.short(count) }

    /// Orders ids as git does: by their bytes.
    public static func < (left: Self, right: Self) -> Bool { left.object < right.object }
}

/// The id of a commit.
public struct CommitID: TypedObjectID {
    /// The id without its kind.
    public let object: ObjectID
    /// Marks an id as a commit's.
    public init(_ object: ObjectID) { self.object = object }
}

/// The id of a tree: one folder with all that is below it.
public struct TreeID: TypedObjectID {
    /// The id without its kind.
    public let object: ObjectID
    /// Marks an id as a tree's.
    public init(_ object: ObjectID) { self.object = object }

    /// The tree without entries. git knows it even where it is not stored.
    public static let empty = TreeID(ObjectID("4b825dc642cb6eb9a060e54bf8d69288fbee4904") ?? .zero)
}

/// The id of a blob: the bytes of one file.
public struct BlobID: TypedObjectID {
    /// The id without its kind.
    public let object: ObjectID
    /// Marks an id as a blob's.
    public init(_ object: ObjectID) { self.object = object }
}
