public import DocumentTree

/// The comparison of two documents of YAML or JSON by what they mean.
///
/// Mappings match by key; sequences by the items' names (found, not configured), then by content, then by likeness. The
/// time is near-linear in the size of both documents, whatever they hold.
public struct Comparison: Sendable {
    /// What differs.
    public let changes: ChangeSet
    let old: Outline
    let new: Outline
    let pairing: Pairing

    /// Compares two documents.
    ///
    /// - Parameters:
    ///   - old: The document before.
    ///   - new: The document after.
    ///   - rule: How references follow a rename.
    ///   - textDiffers: Whether the texts differ, where that is known; for ``ChangeSet/isCosmetic``.
    /// - Throws: ``DocumentError`` where a document's aliases can't be replaced.
    public init(
        old: Document, new: Document, rule: ReferenceRule = .standard, textDiffers: Bool = false
    ) throws(DocumentError) {
        try self.init(
            old: (old.name, try old.expanded(), old.comments), new: (new.name, try new.expanded(), new.comments),
            rule: rule, textDiffers: textDiffers)
    }

    /// Compares two texts. Where either holds several documents, these are compared like the items of a sequence.
    ///
    /// - Throws: ``DocumentError`` where a document's aliases can't be replaced.
    public init(
        old: DocumentStream, new: DocumentStream, rule: ReferenceRule = .standard
    ) throws(DocumentError) {
        let isSingle = old.documents.count <= 1 && new.documents.count <= 1
        try self.init(
            old: (old.name, try old.root(isSingle: isSingle), old.documents.flatMap(\.comments)),
            new: (new.name, try new.root(isSingle: isSingle), new.documents.flatMap(\.comments)),
            rule: rule, textDiffers: old.bytes != new.bytes)
    }

    /// Compares two trees without aliases.
    ///
    /// - Throws: ``DocumentError`` for an alias.
    public init(old: Node, new: Node, rule: ReferenceRule = .standard) throws(DocumentError) {
        try self.init(old: ("old", old, []), new: ("new", new, []), rule: rule, textDiffers: false)
    }

    private typealias Side = (name: String, root: Node?, comments: [Comment])

    private init(old: Side, new: Side, rule: ReferenceRule, textDiffers: Bool) throws(DocumentError) {
        let (oldRoot, newRoot) = (old.root ?? .nothing, new.root ?? .nothing)
        (self.old, self.new) = try SideBySide.both(
            isWorthwhile: oldRoot.range.bytes.count + newRoot.range.bytes.count >= 1 << 17,
            { () throws(DocumentError) in try Outline(oldRoot, name: old.name) },
            { () throws(DocumentError) in try Outline(newRoot, name: new.name) })
        pairing = Matcher(old: self.old, new: self.new).pair(0, 0)
        let comments = CommentChange.changes(old: old.comments, new: new.comments)
        let found =
            switch (old.root, new.root) {
            case (nil, _?): [Change.document(self.new, isAdded: true)]
            case (_?, nil): [Change.document(self.old, isAdded: false)]
            default: ChangeCollector.changes(of: pairing, old: self.old, new: self.new, rule: rule)
            }
        changes = ChangeSet(
            oldName: old.name, newName: new.name, changes: found,
            comments: comments, textDiffers: textDiffers || !comments.isEmpty)
    }
}

extension DocumentStream {
    /// The root of the only document, or a sequence of the roots of all.
    fileprivate func root(isSingle: Bool) throws(DocumentError) -> Node? {
        if isSingle { return try documents.first?.expanded() }
        var roots: [Node] = []
        for document in documents { roots.append(try document.expanded() ?? .nothing) }
        let range = SourceRange(
            start: roots.first?.range.start ?? .start, end: roots.last?.range.end ?? .start)
        return Node(.sequence(roots), range: range)
    }
}

extension Change {
    /// A whole document that only one side has.
    fileprivate static func document(_ outline: Outline, isAdded: Bool) -> Change {
        let (path, value, range) = (DocumentPath(), outline.value(of: 0), outline.range(of: 0))
        return isAdded
            ? Change(kind: .added, oldPath: nil, newPath: path, new: value, oldRange: nil, newRange: range)
            : Change(kind: .removed, oldPath: path, newPath: nil, old: value, oldRange: range, newRange: nil)
    }
}

extension Node {
    /// What stands for a document without content.
    static let nothing = Node(
        .scalar(Scalar(text: "", style: .plain, value: .null)), range: SourceRange(start: .start, end: .start))
}

extension CommentChange {
    /// The comments that only one side has.
    fileprivate static func changes(old: [Comment], new: [Comment]) -> [CommentChange] {
        var numbers: [ExactString: Int] = [:]
        func tokens(_ comments: [Comment]) -> [Int] {
            comments.map { comment in
                let text = ExactString(comment.text)
                if let known = numbers[text] { return known }
                numbers[text] = numbers.count
                return numbers.count - 1
            }
        }
        let pairs = CommonSubsequence.pairs(tokens(old), tokens(new))
        let (kept, keptNew) = (Set(pairs.map(\.old)), Set(pairs.map(\.new)))
        return old.indices.filter { !kept.contains($0) }.map { CommentChange(isAdded: false, comment: old[$0]) }
            + new.indices.filter { !keptNew.contains($0) }.map { CommentChange(isAdded: true, comment: new[$0]) }
    }
}
