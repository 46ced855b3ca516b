public import DocumentTree

/// A merge of two texts of YAML or JSON that come from a third, by what they mean.
///
/// The result is spliced from the texts: every byte outside of what both sides changed is a byte of one of them, comments,
/// quotes and block scalars included. Edits to different items or fields merge; additions of both sides are both kept,
/// ours first; a rename on one side and an edit on the other combine. Where both changed the same thing differently, both
/// versions stand between markers, around the lines of the smallest part.
public struct ThreeWayMerge: Sendable {
    /// A part that both sides changed differently.
    public struct Conflict: Hashable, Sendable {
        /// Why it can't be merged.
        public enum Reason: String, Hashable, Sendable {
            /// Both sides changed it.
            case bothChanged = "both sides changed it"
            /// Both sides added it, differently.
            case bothAdded = "both sides added it"
            /// One side changed what the other removed.
            case changedAndRemoved = "one side changed it, the other removed it"
            /// Both sides moved the same items to different places.
            case bothMoved = "both sides moved its items"
            /// What results from the changes of both sides isn't a document with the data of both.
            case inseparable = "the changes of both sides can't be told apart"
        }

        /// Where it is, in our document or else in theirs.
        public let path: DocumentPath
        /// Why it can't be merged.
        public let reason: Reason
    }

    /// The merged text, with markers where there are conflicts.
    public let bytes: [UInt8]
    /// What couldn't be merged, in the order of the text; none where the merge is clean.
    public let conflicts: [Conflict]

    /// Merges `ours` and `theirs`, which both come from `base`.
    ///
    /// - Parameters:
    ///   - labels: What conflict markers say.
    ///   - limits: What each text may cost.
    /// - Throws: ``DocumentError`` where one of the texts has aliases without an anchor or costs too much.
    public init(
        base: DocumentStream, ours: DocumentStream, theirs: DocumentStream, labels: MergeLabels = MergeLabels(),
        limits: ParseLimits = .standard
    ) throws(DocumentError) {
        if [base, ours, theirs].allSatisfy({ $0.documents.count == 1 }) {
            let merge = try DocumentMerge.merge(base: base, ours: ours, theirs: theirs, limits: limits)
            (bytes, conflicts) = (merge.output.bytes(labels: labels), merge.conflicts)
        } else {
            let merge = try StreamMerge(base: base, ours: ours, theirs: theirs, limits: limits)
            (bytes, conflicts) = (merge.output.bytes(labels: labels), merge.conflicts)
        }
    }

    /// Whether nothing is left for a person to decide.
    public var isClean: Bool { conflicts.isEmpty }
}

/// The merge of one document.
enum DocumentMerge {
    /// The merged text and its conflicts.
    ///
    /// The result is checked: it is parsed, and its data must be what the changes of both sides make of the base's.
    /// Where that isn't so, lines are merged instead; and where that isn't so either, the whole document is a conflict.
    static func merge(
        base: DocumentStream, ours: DocumentStream, theirs: DocumentStream, limits: ParseLimits
    ) throws(DocumentError) -> (output: MergeOutput, conflicts: [ThreeWayMerge.Conflict]) {
        let byLines = LineMerge.text(base: base.text, ours: ours.text, theirs: theirs.text)
        guard let baseRoot = base.root, let ourRoot = ours.root, let theirRoot = theirs.root else {
            // Comments and white space alone, on one side at least.
            if let byLines { return (MergeOutput(byLines), []) }
            return (
                MergeOutput(ours: ours.bytes, theirs: theirs.bytes), [.init(path: DocumentPath(), reason: .bothChanged)]
            )
        }
        var merger = TreeMerge(
            base: MergeSide(bytes: base.bytes, outline: try Outline(baseRoot, name: base.name, keepsAliases: true)),
            ours: MergeSide(bytes: ours.bytes, outline: try Outline(ourRoot, name: ours.name, keepsAliases: true)),
            theirs: MergeSide(
                bytes: theirs.bytes, outline: try Outline(theirRoot, name: theirs.name, keepsAliases: true)))
        let expected = merger.merge()
        guard let expected, merger.conflicts.isEmpty else {
            if data(of: merger.output.ours, name: ours.name, limits: limits) != nil {
                return (merger.output, merger.conflicts)
            }
            return (MergeOutput(ours: ours.bytes, theirs: theirs.bytes), merger.conflicts)
        }
        if data(of: merger.output.ours, name: ours.name, limits: limits) == expected { return (merger.output, []) }
        if let byLines, data(of: Array(byLines.utf8), name: ours.name, limits: limits) == expected {
            return (MergeOutput(byLines), [])
        }
        return (
            MergeOutput(ours: ours.bytes, theirs: theirs.bytes), [.init(path: DocumentPath(), reason: .inseparable)]
        )
    }

    /// What a text means, its aliases kept; nil where it isn't one document.
    private static func data(of bytes: [UInt8], name: String, limits: ParseLimits) -> Value? {
        guard let document = try? Document.parseOne(bytes, name: name, limits: limits), let root = document.root,
            let outline = try? Outline(root, name: name, keepsAliases: true), (try? document.expanded()) != nil
        else { return nil }
        return outline.value(of: 0)
    }
}

extension DocumentStream {
    fileprivate var root: Node? { documents.first?.root }
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension MergeOutput {
    /// A text without conflicts.
    init(_ text: String) { append(Array(text.utf8)) }

    /// Two texts that disagree as a whole.
    init(ours: [UInt8], theirs: [UInt8]) { appendConflict(ours: ours, theirs: theirs) }
}
