public import GitStore

/// A reference that a push moves, as `pre-receive` and `post-receive` read it (githooks(5)).
public struct RefUpdate: Hashable, Sendable {
    /// The full name of the reference.
    public let reference: String
    /// What it held; nil where it is made.
    public let old: ObjectID?
    /// What it will hold; nil where it is removed.
    public let new: ObjectID?

    /// An update.
    public init(reference: String, old: ObjectID?, new: ObjectID?) {
        self.reference = reference
        self.old = old
        self.new = new
    }

    /// Reads the hook's input, a line an update: `old new reference`. Zeros stand for no object.
    ///
    /// - Throws: `invalidMessage` for a line of another form.
    public static func parse(_ input: String) throws(HistoryError) -> [RefUpdate] {
        try input.split(separator: "\n").map { line throws(HistoryError) in
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, let old = ObjectID(words[0]), let new = ObjectID(words[1]) else {
                throw HistoryError(.invalidMessage, String(line), "not a line that git gives to a receive hook")
            }
            return RefUpdate(
                reference: String(words[2]), old: old == .zero ? nil : old, new: new == .zero ? nil : new)
        }
    }

    /// The branch's name; nil for another reference.
    public var branch: String? {
        reference.hasPrefix("refs/heads/") ? String(reference.dropFirst("refs/heads/".count)) : nil
    }
}

extension WorkflowRepository {
    /// The commit that a pushed branch is compared with: what it held, or for a new branch where it left HEAD's; nil where
    /// all of it is new.
    func start(of update: RefUpdate, tip: CommitID) throws -> CommitID? {
        if let old = update.old { return CommitID(old) }
        let base = try base()
        guard base.reference != update.reference, let main = base.tip else { return nil }
        return try repository.mergeBase(main, tip)
    }
}
