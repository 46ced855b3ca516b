import DocumentTree

/// Merges two trees that come from a third, and writes the text as it goes.
struct TreeMerge {
    /// One of the two sides that change things.
    enum Origin { case ours, theirs }

    let base: MergeSide
    let ours: MergeSide
    let theirs: MergeSide
    var output = MergeOutput()
    private(set) var conflicts: [ThreeWayMerge.Conflict] = []
    private var path = DocumentPath()

    init(base: MergeSide, ours: MergeSide, theirs: MergeSide) {
        self.base = base
        self.ours = ours
        self.theirs = theirs
    }

    func side(_ origin: Origin) -> MergeSide { origin == .ours ? ours : theirs }

    /// A value that both sides still have, in all three texts.
    struct Meeting {
        /// Nil where both sides added it.
        var base: Int?
        var ours: Int
        var theirs: Int
        var inOurs: Pairing?
        var inTheirs: Pairing?
        /// The text of the value on each side.
        var baseText: Range<Int>?
        var ourText: Range<Int>
        var theirText: Range<Int>
        /// Where to look for a block collection's first unit on each side.
        var headEnds: (base: Int, ours: Int, theirs: Int)
        var isRoot = false
    }

    /// How a value merges.
    enum Decision {
        case take(Origin)
        case blocks(base: BlockLayout?, ours: BlockLayout, theirs: BlockLayout)
        case flows(base: FlowLayout?, ours: FlowLayout, theirs: FlowLayout)
        /// Lines of a block scalar from both sides, and the text that they mean.
        case lines(String, Value)
        case conflict
    }

    /// Merges the whole documents; the merged data, nil where there are conflicts.
    mutating func merge() -> Value? {
        let inOurs = Matcher(old: base.outline, new: ours.outline, purpose: .merging).pair(0, 0)
        let inTheirs = Matcher(old: base.outline, new: theirs.outline, purpose: .merging).pair(0, 0)
        func text(_ side: MergeSide) -> Range<Int> {
            let range = side.outline[0].node.range.bytes
            guard let layout = side.layout(of: 0, behind: range.lowerBound, isRoot: true),
                let first = layout.units.first,
                let last = layout.units.last
            else { return range }
            return first.start..<last.end
        }
        let (baseText, ourText, theirText) = (text(base), text(ours), text(theirs))
        func outside(_ range: (Range<Int>, Int) -> Range<Int>) -> String {
            LineMerge.text(
                base: base.string(range(baseText, base.bytes.count)),
                ours: ours.string(range(ourText, ours.bytes.count)),
                theirs: theirs.string(range(theirText, theirs.bytes.count)), keepsBoth: true) ?? ""
        }
        output.append(Array(outside { range, _ in 0..<range.lowerBound }.utf8))
        let meeting = Meeting(
            base: 0, ours: 0, theirs: 0, inOurs: inOurs, inTheirs: inTheirs, baseText: baseText, ourText: ourText,
            theirText: theirText,
            headEnds: (
                base.outline[0].node.range.start.offset, ours.outline[0].node.range.start.offset,
                theirs.outline[0].node.range.start.offset
            ), isRoot: true)
        let value = write(decide(meeting), meeting)
        output.append(Array(outside { range, end in range.upperBound..<end }.utf8))
        return value
    }

    /// How a value that both sides have merges.
    func decide(_ meeting: Meeting) -> Decision {
        let ourBytes = ours.bytes[meeting.ourText]
        let theirBytes = theirs.bytes[meeting.theirText]
        if ourBytes == theirBytes { return .take(.ours) }
        if let range = meeting.baseText {
            if base.bytes[range] == ourBytes { return .take(.theirs) }
            if base.bytes[range] == theirBytes { return .take(.ours) }
        }
        if let decision = decideInside(meeting) ?? decideLines(meeting) { return decision }
        let (our, their) = (ours.outline[meeting.ours].fingerprint, theirs.outline[meeting.theirs].fingerprint)
        if our == their { return .take(.ours) }
        guard let element = meeting.base else { return .conflict }
        if our == base.outline[element].fingerprint { return .take(.theirs) }
        if their == base.outline[element].fingerprint { return .take(.ours) }
        return .conflict
    }

    /// Whether both sides changed different lines of a block scalar; its first one may hold a comment.
    private func decideLines(_ meeting: Meeting) -> Decision? {
        guard let element = meeting.base, let range = meeting.baseText else { return nil }
        let nodes = [base.outline[element].node, ours.outline[meeting.ours].node, theirs.outline[meeting.theirs].node]
        let scalars = nodes.compactMap(\.scalar).filter { $0.style == .literal || $0.style == .folded }
        guard scalars.count == 3,
            let text = LineMerge.text(
                base: base.string(range), ours: ours.string(meeting.ourText), theirs: theirs.string(meeting.theirText)),
            let value = LineMerge.text(base: scalars[0].text, ours: scalars[1].text, theirs: scalars[2].text)
        else { return nil }
        return .lines(text, .string(value))
    }

    /// Whether the value's children can be merged one by one.
    private func decideInside(_ meeting: Meeting) -> Decision? {
        let (our, their) = (ours.outline[meeting.ours].node, theirs.outline[meeting.theirs].node)
        guard Likeness.sameKind(our, their), our.scalar == nil, our.anchor == their.anchor, our.tag == their.tag else {
            return nil
        }
        var isBaseEmpty = true
        if let element = meeting.base {
            guard Likeness.sameKind(our, base.outline[element].node) else { return nil }
            isBaseEmpty = base.outline[element].size == 1
        } else if our.items != nil {
            return nil
        }
        if let mine = ours.flowLayout(of: meeting.ours), let other = theirs.flowLayout(of: meeting.theirs) {
            let old = meeting.base.flatMap { base.flowLayout(of: $0) }
            return old != nil || isBaseEmpty ? .flows(base: old, ours: mine, theirs: other) : nil
        }
        guard let mine = ours.layout(of: meeting.ours, behind: meeting.headEnds.ours, isRoot: meeting.isRoot),
            let other = theirs.layout(of: meeting.theirs, behind: meeting.headEnds.theirs, isRoot: meeting.isRoot)
        else { return nil }
        let old = meeting.base.flatMap { base.layout(of: $0, behind: meeting.headEnds.base, isRoot: meeting.isRoot) }
        return old != nil || isBaseEmpty ? .blocks(base: old, ours: mine, theirs: other) : nil
    }

    /// Writes a value other than one that is taken whole; its data, nil where it has conflicts.
    mutating func write(_ decision: Decision, _ meeting: Meeting) -> Value? {
        switch decision {
        case .take(let origin):
            output.append(side(origin).bytes[origin == .ours ? meeting.ourText : meeting.theirText])
            return side(origin).outline.value(of: origin == .ours ? meeting.ours : meeting.theirs)
        case .blocks(let old, let mine, let other):
            return writeBlock(meeting, old, mine, other)
        case .flows(let old, let mine, let other):
            return writeFlow(meeting, old, mine, other)
        case .lines(let text, let value):
            output.append(Array(text.utf8))
            return value
        case .conflict:
            conflict(.bothChanged)
            output.appendConflict(
                ours: Array(ours.bytes[meeting.ourText]), theirs: Array(theirs.bytes[meeting.theirText]))
            return nil
        }
    }

    /// Notes a conflict at the present path.
    mutating func conflict(_ reason: ThreeWayMerge.Conflict.Reason) {
        conflicts.append(ThreeWayMerge.Conflict(path: path, reason: reason))
    }

    /// Runs `body` one step further down.
    mutating func descend<Result>(
        _ element: DocumentPath.Element, _ body: (inout TreeMerge) -> Result
    ) -> Result {
        path.elements.append(element)
        defer { path.elements.removeLast() }
        return body(&self)
    }
}

extension MergeSide {
    /// The text of a range.
    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
