import DocumentTree

/// The merge of texts of which one at least has several documents: these merge like the items of a sequence, each found
/// again by its name, its content or its likeness.
struct StreamMerge {
    private(set) var output = MergeOutput()
    private(set) var conflicts: [ThreeWayMerge.Conflict] = []
    /// What each document of the result means; a conflict has no meaning.
    private var expected: [Value] = []
    private let limits: ParseLimits

    /// The documents of one text as the items of a sequence.
    private struct Side {
        let parts: [DocumentStream]
        let merge: MergeSide

        init(_ stream: DocumentStream, limits: ParseLimits) throws(DocumentError) {
            var parts: [DocumentStream] = []
            for index in stream.documents.indices { parts.append(try stream.part(index, limits: limits)) }
            self.parts = parts
            let roots = stream.documents.map { $0.root ?? .nothing }
            let range = SourceRange(start: .start, end: roots.last?.range.end ?? .start)
            merge = MergeSide(
                bytes: stream.bytes,
                outline: try Outline(Node(.sequence(roots), range: range), name: stream.name, keepsAliases: true))
        }

        /// The document of a child of the sequence.
        func part(_ element: Int?) -> DocumentStream? { element.map { parts[merge.outline[$0].index] } }
    }

    init(
        base: DocumentStream, ours: DocumentStream, theirs: DocumentStream, limits: ParseLimits
    ) throws(DocumentError) {
        self.limits = limits
        let (old, mine, other) = try (
            Side(base, limits: limits), Side(ours, limits: limits), Side(theirs, limits: limits)
        )
        let tree = TreeMerge(base: old.merge, ours: mine.merge, theirs: other.merge)
        let meeting = TreeMerge.Meeting(
            base: 0, ours: 0, theirs: 0,
            inOurs: Matcher(old: old.merge.outline, new: mine.merge.outline, purpose: .merging).pair(0, 0),
            inTheirs: Matcher(old: old.merge.outline, new: other.merge.outline, purpose: .merging).pair(0, 0),
            ourText: 0..<ours.bytes.count, theirText: 0..<theirs.bytes.count, headEnds: (0, 0, 0), isRoot: true)
        guard let children = tree.children(of: meeting) else {
            give(up: .bothMoved, ours, theirs)
            return
        }
        for triple in children.triples {
            let (mine, other) = (mine.part(triple.ours), other.part(triple.theirs))
            switch tree.outcome(triple) {
            case .dropped: break
            case .whole(.ours): append(mine)
            case .whole(.theirs): append(other)
            case .conflict(let reason): append(reason, mine, other)
            case .merged: try append(old.part(triple.base), mine, other)
            }
        }
        if !holds { give(up: .inseparable, ours, theirs) }
    }

    /// Appends a document as one side has it.
    private mutating func append(_ part: DocumentStream?) {
        guard let part else { return }
        expected.append(part.meaning ?? .null)
        startDocument(part.bytes)
        output.append(part.bytes)
    }

    /// Appends both sides' versions of a document, of which one may be missing.
    private mutating func append(
        _ reason: ThreeWayMerge.Conflict.Reason, _ mine: DocumentStream?, _ other: DocumentStream?
    ) {
        conflicts.append(.init(path: DocumentPath([.item(expected.count, name: nil)]), reason: reason))
        if mine != nil { expected.append(mine?.meaning ?? .null) }
        let isFirst = output.isEmpty
        if !output.isAtLineStart { output.append([UInt8(ascii: "\n")]) }
        output.appendConflict(
            ours: Self.marked(mine?.bytes ?? [], isFirst: isFirst),
            theirs: Self.marked(other?.bytes ?? [], isFirst: isFirst))
    }

    /// Appends the merge of a document; where both sides added it, of what they have in common with nothing.
    private mutating func append(
        _ base: DocumentStream?, _ mine: DocumentStream?, _ other: DocumentStream?
    ) throws(DocumentError) {
        guard let mine, let other else { return }
        let nothing = try DocumentStream.parse([], name: mine.name, limits: limits)
        let merge = try DocumentMerge.merge(base: base ?? nothing, ours: mine, theirs: other, limits: limits)
        conflicts += merge.conflicts.map { conflict in
            .init(
                path: DocumentPath([.item(expected.count, name: nil)] + conflict.path.elements),
                reason: conflict.reason)
        }
        let merged = try? DocumentStream.parse(merge.output.ours, name: mine.name, limits: limits)
        expected.append(merged?.meaning ?? .null)
        startDocument(merge.output.ours)
        output.append(merge.output)
    }

    /// Separates what comes next from the document before it.
    private mutating func startDocument(_ bytes: [UInt8]) {
        guard !output.isEmpty else { return }
        if !output.isAtLineStart { output.append([UInt8(ascii: "\n")]) }
        if !Self.isMarked(bytes) { output.append(Self.marker) }
    }

    /// Whether the result means what the merged documents mean, one by one.
    private var holds: Bool {
        guard let result = try? DocumentStream.parse(output.ours, name: "", limits: limits) else { return false }
        let meanings = result.documents.map { document in document.meaning ?? .null }
        return meanings == expected || (expected.isEmpty && meanings == [.null])
    }

    /// Leaves the whole texts to a person.
    private mutating func give(
        up reason: ThreeWayMerge.Conflict.Reason, _ ours: DocumentStream, _ theirs: DocumentStream
    ) {
        output = MergeOutput(ours: ours.bytes, theirs: theirs.bytes)
        conflicts = [.init(path: DocumentPath(), reason: reason)]
    }

    private static let marker = Array("---\n".utf8)

    private static func marked(_ bytes: [UInt8], isFirst: Bool) -> [UInt8] {
        isFirst || bytes.isEmpty || isMarked(bytes) ? bytes : marker + bytes
    }

    /// Whether a document says itself that it starts: by `---` or by directives, below comments.
    private static func isMarked(_ bytes: [UInt8]) -> Bool {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let first = line.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") else { continue }
            return line.starts(with: "---".utf8) || line.first == UInt8(ascii: "%")
        }
        return false
    }
}

extension DocumentStream {
    /// What the only document means, its aliases kept.
    fileprivate var meaning: Value? { documents.first?.meaning }

    /// One document of the stream, as a stream of its own.
    fileprivate func part(_ index: Int, limits: ParseLimits) throws(DocumentError) -> DocumentStream {
        if documents.count == 1 { return self }
        let end = index + 1 < documents.count ? documents[index + 1].start : bytes.count
        let start = index == 0 ? 0 : documents[index].start
        return try .parse(Array(bytes[start..<max(start, end)]), name: name, limits: limits)
    }
}

extension Document {
    /// What the document means, its aliases kept.
    fileprivate var meaning: Value? {
        root.flatMap { root in try? Outline(root, name: name, keepsAliases: true).value(of: 0) }
    }
}
