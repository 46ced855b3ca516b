import DocumentTree

extension TreeMerge {
    /// How the children of a collection merge; nil where both sides moved the same ones differently.
    struct Children {
        let inOurs: MergePartners
        let inTheirs: MergePartners
        let triples: [MergeTriple]
        let isMapping: Bool
    }

    func children(of meeting: Meeting) -> Children? {
        let inOurs = MergePartners(meeting.inOurs, base: base.outline, side: ours.outline)
        let inTheirs = MergePartners(meeting.inTheirs, base: base.outline, side: theirs.outline)
        let mine = ours.outline.children(of: meeting.ours)
        let other = theirs.outline.children(of: meeting.theirs)
        let isMapping = ours.outline[meeting.ours].isMapping
        let kept = Set(inOurs.partners.values.map(\.pairing.new))
        let keptByThem = Set(inTheirs.partners.values.map(\.pairing.new))
        let twins = twins(
            mine.filter { !kept.contains($0) }, other.filter { !keptByThem.contains($0) }, isMapping: isMapping,
            identityKey: inOurs.identityKey ?? inTheirs.identityKey)
        guard
            let plan = MergePlan(ours: mine, theirs: other, inOurs: inOurs, inTheirs: inTheirs, twins: twins)
        else { return nil }
        return Children(inOurs: inOurs, inTheirs: inTheirs, triples: plan.triples, isMapping: isMapping)
    }

    /// For what they added, what we added as the same thing: of the same key or name, or else equal.
    private func twins(_ mine: [Int], _ other: [Int], isMapping: Bool, identityKey: String?) -> [Int: Int] {
        func name(_ element: Int, _ outline: Outline) -> ExactString? {
            let name = isMapping ? outline[element].key : outline.name(of: element, key: identityKey)
            return name.map { ExactString($0) }
        }
        var byName: [ExactString: Int] = [:]
        var byContent: [Int: [Int]] = [:]
        for element in mine.reversed() {
            if let name = name(element, ours.outline) {
                byName[name] = element
            } else {
                byContent[ours.outline[element].fingerprint, default: []].append(element)
            }
        }
        var twins: [Int: Int] = [:]
        for element in other {
            if let name = name(element, theirs.outline) {
                twins[element] = byName.removeValue(forKey: name)
            } else {
                twins[element] = byContent[theirs.outline[element].fingerprint]?.popLast()
            }
        }
        return twins
    }

    /// What becomes of a child.
    enum Outcome {
        case whole(Origin)
        case dropped
        case merged
        case conflict(ThreeWayMerge.Conflict.Reason)
    }

    /// What becomes of a child that not all three have, or that all have.
    func outcome(_ triple: MergeTriple) -> Outcome {
        switch (triple.base, triple.ours, triple.theirs) {
        case (let base?, let mine?, nil):
            return ours.outline[mine].fingerprint == self.base.outline[base].fingerprint
                ? .dropped : .conflict(.changedAndRemoved)
        case (let base?, nil, let other?):
            return theirs.outline[other].fingerprint == self.base.outline[base].fingerprint
                ? .dropped : .conflict(.changedAndRemoved)
        case (_, _?, _?): return .merged
        case (nil, _?, nil): return .whole(.ours)
        case (nil, nil, _?): return .whole(.theirs)
        case (_, nil, nil): return .dropped
        }
    }

    /// Which side's key a child has in the merge; nil where both changed it differently.
    func keyOrigin(_ triple: MergeTriple) -> Origin? {
        guard let mine = triple.ours, let other = triple.theirs else { return triple.ours == nil ? .theirs : .ours }
        let (our, their) = (key(ours.outline[mine]), key(theirs.outline[other]))
        if our == their { return .ours }
        guard let element = triple.base else { return nil }
        let old = key(base.outline[element])
        return our == old ? .theirs : their == old ? .ours : nil
    }

    private func key(_ element: Outline.Element) -> ExactString { ExactString(element.key ?? "") }

    /// The step of the path to a child that stands at `index` in the merge.
    func step(_ triple: MergeTriple, _ children: Children, index: Int) -> DocumentPath.Element {
        let (outline, element) =
            if let mine = triple.ours { (ours.outline, mine) } else { (theirs.outline, triple.theirs ?? 0) }
        if children.isMapping { return .key(outline[element].key ?? "") }
        let key = children.inOurs.identityKey ?? children.inTheirs.identityKey
        return .item(index, name: outline.name(of: element, key: key))
    }
}

/// The data of a merged collection as it grows.
struct MergedData {
    private var items: [Value] = []
    private var entries = ValueMapping()
    private let isMapping: Bool
    /// How many children there are.
    private(set) var count = 0

    init(isMapping: Bool) { self.isMapping = isMapping }

    mutating func append(_ value: Value?, key: String?) {
        count += 1
        if isMapping { entries[key ?? ""] = value ?? .null } else { items.append(value ?? .null) }
    }

    var value: Value { isMapping ? .mapping(entries) : .sequence(items) }
}
