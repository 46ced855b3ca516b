public import GitStore

/// What a synchronisation came to.
public struct SyncReport: Sendable {
    /// A reference that moved here.
    public struct Received: Hashable, Sendable {
        /// The reference.
        public var reference: String
        /// Where it was; nil where it is new.
        public var old: CommitID?
        /// Where it is.
        public var new: CommitID
        /// How many runs or audit lines it brought; nil for a branch.
        public var count: Int?
    }

    /// Something that was not accepted, here or there.
    public struct Refusal: Hashable, Sendable {
        /// The reference.
        public var reference: String
        /// Why, in a sentence.
        public var reason: String
        /// What to do.
        public var hint: String?
    }

    /// What came.
    public var received: [Received] = []
    /// Segments that their owner dropped, and that were dropped here, too.
    public var dropped: [String] = []
    /// References that went to the remote.
    public var sent: [String] = []
    /// What was refused.
    public var refused: [Refusal] = []
    /// Worth knowing.
    public var notes: [String] = []
}
