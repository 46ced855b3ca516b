/// One name in a folder.
public struct TreeEntry: Hashable, Sendable {
    /// The name; where its bytes are no UTF-8 they are repaired for reading, and kept in ``nameBytes``.
    public let name: String
    /// What the entry is.
    public let mode: FileMode
    /// The blob, tree or commit it names.
    public let id: ObjectID
    /// The stored bytes, only where `name` does not give them back.
    private let unreadableName: [UInt8]?

    /// Makes an entry. The name is checked when a tree is written.
    public init(name: String, mode: FileMode, id: ObjectID) {
        self.name = name
        self.mode = mode
        self.id = id
        unreadableName = nil
    }

    init(nameBytes: UnsafeRawBufferPointer, mode: FileMode, id: ObjectID) {
        let readable = String(validating: nameBytes, as: UTF8.self)
        name = readable ?? String(decoding: nameBytes, as: UTF8.self)
        self.mode = mode
        self.id = id
        unreadableName = readable == nil ? Array(nameBytes) : nil
    }

    /// The name as git stores it.
    public var nameBytes: [UInt8] { unreadableName ?? Array(name.utf8) }
}

/// One folder: its entries in git's order.
public struct Tree: Hashable, Sendable {
    /// The entries in git's order (folders sort as if their name ended in `/`).
    public let entries: [TreeEntry]

    /// The entry of that name.
    public subscript(name: String) -> TreeEntry? {
        entries.first { $0.name == name }
    }
}
