public import DocumentTree

/// One difference of meaning between two documents.
public struct Change: Hashable, Sendable {
    /// What kind of difference it is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An entry or item that only the new document has.
        case added
        /// An entry or item that only the old document has.
        case removed
        /// A scalar of another value of the same type.
        case changed
        /// A value of another type in the place of one: a list for a text, a text for a number.
        case typeChanged = "type-changed"
        /// An item in another place of its sequence, or a value under another parent; unchanged unless other changes say so.
        case moved
        /// An item whose name changed, or an entry whose key changed; references to it followed.
        case renamed
    }

    /// A scalar that changed only because it names something that was renamed.
    public struct Reference: Hashable, Sendable {
        /// Where it is in the old document.
        public let oldPath: DocumentPath
        /// Where it is in the new document.
        public let newPath: DocumentPath
        /// Where it stands in the old text.
        public let oldRange: SourceRange
        /// Where it stands in the new text.
        public let newRange: SourceRange
        /// What it was.
        public let old: String
        /// What it is now.
        public let new: String
    }

    /// What kind of difference it is.
    public let kind: Kind
    /// Where it is in the old document; nil for what was added.
    public let oldPath: DocumentPath?
    /// Where it is in the new document; nil for what was removed.
    public let newPath: DocumentPath?
    /// What was there; the old name where ``kind`` is `renamed`; nil for what was added or moved.
    public var old: Value?
    /// What is there now; the new name where ``kind`` is `renamed`; nil for what was removed or moved.
    public var new: Value?
    /// Where it stands in the old text, with its key if it has one.
    public let oldRange: SourceRange?
    /// Where it stands in the new text, with its key if it has one.
    public let newRange: SourceRange?
    /// How many neighbouring items moved together; 1 for any other change.
    public var count: Int = 1
    /// The scalars that followed a rename, in the order of the new document.
    public var references: [Reference] = []

    /// Where it is: in the new document, or in the old one for what was removed.
    public var path: DocumentPath { newPath ?? oldPath ?? DocumentPath() }
}

/// A comment that only one of two documents has.
public struct CommentChange: Hashable, Sendable {
    /// Whether only the new document has it; else only the old one does.
    public let isAdded: Bool
    /// The comment, with its place in its document.
    public let comment: Comment

    /// A comment of one side.
    public init(isAdded: Bool, comment: Comment) {
        self.isAdded = isAdded
        self.comment = comment
    }
}

/// What differs between two documents.
public struct ChangeSet: Hashable, Sendable {
    /// What the old document is called.
    public let oldName: String
    /// What the new document is called.
    public let newName: String
    /// The differences of meaning, in the order of the documents.
    public let changes: [Change]
    /// The differences of comments, in order.
    public let comments: [CommentChange]
    /// Whether the texts differ at all.
    public let textDiffers: Bool

    /// Differences between two documents.
    public init(
        oldName: String, newName: String, changes: [Change], comments: [CommentChange] = [], textDiffers: Bool
    ) {
        self.oldName = oldName
        self.newName = newName
        self.changes = changes
        self.comments = comments
        self.textDiffers = textDiffers
    }

    /// Whether both documents mean the same.
    public var isEmpty: Bool { changes.isEmpty }

    /// Whether the texts differ in layout, comments or the order of keys only.
    public var isCosmetic: Bool { changes.isEmpty && textDiffers }

    /// How many changes there are of a kind.
    public func count(of kind: Change.Kind) -> Int { changes.count { $0.kind == kind } }
}
