public import GitStore

/// What a verification came to.
public struct ProofReport: Sendable {
    /// What can be said of the whole.
    public enum Conclusion: String, Hashable, Sendable {
        /// Something is not what it was written as.
        case tampered
        /// Nothing is wrong in itself, but somebody who made everything anew would not be found: neither a signature nor a
        /// tip that was kept elsewhere covers all of it.
        case unproven
        /// Nothing is wrong, and a signature or a tip that was kept elsewhere covers every record.
        case proven
    }

    /// What covers a segment up to one of its commits.
    public struct Evidence: Hashable, Sendable {
        /// The kinds of evidence.
        public enum Kind: Hashable, Sendable {
            /// A checkpoint that a trusted key signed.
            case signature(signer: String)
            /// It leads to where it was when this user last looked; the first look was at that time, in seconds since 1970.
            case lastSeen(since: Int)
        }

        /// What it is.
        public var kind: Kind
        /// The commit up to which it covers the segment.
        public var tip: CommitID
    }

    /// A segment, and what is known of it.
    public struct Standing: Hashable, Sendable {
        /// The segment.
        public var segment: RecordSegment
        /// Where it is.
        public var tip: CommitID
        /// How many runs or audit lines it holds.
        public var count: Int
        /// What covers it.
        public var evidence: [Evidence]

        /// Whether some evidence covers all of it.
        public var isCovered: Bool { evidence.contains { $0.tip == tip } }
    }

    /// The segments, by their references.
    public var segments: [Standing]
    /// What was found, in the order of the checks.
    public var findings: [Finding]

    /// What is wrong.
    public var faults: [Finding] { findings.filter { $0.severity == .fault } }

    /// What can be said of the whole. A repository without any record proves nothing.
    public var conclusion: Conclusion {
        guard faults.isEmpty else { return .tampered }
        return !segments.isEmpty && segments.allSatisfy(\.isCovered) ? .proven : .unproven
    }
}
