import DocumentTree

/// A child of a collection, as each side of a merge has it.
struct MergeTriple: Hashable {
    var base: Int?
    var ours: Int?
    var theirs: Int?
}

/// What each child of a base collection has become on one side.
struct MergePartners {
    struct Partner {
        var pairing: Pairing
        var isMoved: Bool
    }

    /// By the child's element in the base.
    private(set) var partners: [Int: Partner] = [:]
    /// The key that names a sequence's items, where it was found.
    private(set) var identityKey: String?

    /// The partners of a pair's children; none where there is no pair.
    init(_ pairing: Pairing?, base: Outline, side: Outline) {
        guard let pairing else { return }
        let children = base.children(of: pairing.old)
        switch pairing.content {
        case .replaced: return
        case .equal where !base[pairing.old].isMapping:
            for (child, other) in zip(children, side.children(of: pairing.new)) { add(equal: child, other) }
        case .sequence(let sequence):
            identityKey = sequence.identityKey
            for match in sequence.matches {
                partners[match.pairing.old] = Partner(pairing: match.pairing, isMoved: match.isMoved)
            }
        case .mapping(let mapping):
            for pair in mapping.changed + mapping.renamed {
                partners[pair.old] = Partner(pairing: pair, isMoved: false)
            }
            addSameKeys(children.filter { partners[$0] == nil }, base, side.children(of: pairing.new), side)
        case .equal:
            addSameKeys(children, base, side.children(of: pairing.new), side)
        }
    }

    private mutating func addSameKeys(_ children: [Int], _ base: Outline, _ others: [Int], _ side: Outline) {
        var byKey: [ExactString: Int] = [:]
        for other in others { byKey[ExactString(side[other].key ?? "")] = other }
        for child in children {
            if let other = byKey[ExactString(base[child].key ?? "")] { add(equal: child, other) }
        }
    }

    private mutating func add(equal child: Int, _ other: Int) {
        partners[child] = Partner(pairing: Pairing(old: child, new: other, content: .equal), isMoved: false)
    }
}

/// The children of a merged collection, in order.
struct MergePlan {
    /// The children; one that a side removed is still there, for the merge to decide on.
    private(set) var triples: [MergeTriple] = []

    /// Lays the children of both sides over each other: in our order, with what only they have behind its predecessor.
    /// Nil where both sides moved the same items to different places.
    ///
    /// - Parameter twins: For what their side added, what our side added as the same thing.
    init?(ours: [Int], theirs: [Int], inOurs: MergePartners, inTheirs: MergePartners, twins: [Int: Int]) {
        var baseOfOurs: [Int: Int] = [:]
        for (base, partner) in inOurs.partners { baseOfOurs[partner.pairing.new] = base }
        var baseOfTheirs: [Int: Int] = [:]
        for (base, partner) in inTheirs.partners { baseOfTheirs[partner.pairing.new] = base }
        guard Self.movesAgree(ours, theirs, baseOfOurs, baseOfTheirs, inOurs, inTheirs) else { return nil }
        let theirsOfOurs = Dictionary(twins.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        /// Whether they moved a child that we left in place.
        func movesTheirWay(_ base: Int) -> Bool {
            guard let mine = inOurs.partners[base], let other = inTheirs.partners[base] else { return false }
            return other.isMoved && !mine.isMoved
        }
        var kept: [MergeTriple] = []
        var places: [Int: Int] = [:]
        for our in ours {
            if let base = baseOfOurs[our] {
                if movesTheirWay(base) { continue }
                places[base] = kept.count
                kept.append(MergeTriple(base: base, ours: our, theirs: inTheirs.partners[base]?.pairing.new))
            } else {
                places[-1 - our] = kept.count
                kept.append(MergeTriple(base: nil, ours: our, theirs: theirsOfOurs[our]))
            }
        }
        /// What stands before the kept child of an index, or at the end.
        var insertions = [[MergeTriple]](repeating: [], count: kept.count + 1)
        /// The index behind what we added at `index`: ours comes first.
        func behindOurs(_ index: Int) -> Int {
            var index = index
            while index < kept.count, kept[index].base == nil, kept[index].theirs == nil { index += 1 }
            return index
        }
        var place = behindOurs(0)
        for their in theirs {
            if let base = baseOfTheirs[their] {
                if let own = places[base] {
                    place = behindOurs(own + 1)
                } else {
                    insertions[place].append(
                        MergeTriple(base: base, ours: inOurs.partners[base]?.pairing.new, theirs: their))
                }
            } else if let twin = twins[their] {
                if let own = places[-1 - twin] { place = behindOurs(own + 1) }
            } else {
                insertions[place].append(MergeTriple(base: nil, ours: nil, theirs: their))
            }
        }
        for (index, triple) in kept.enumerated() { triples += insertions[index] + [triple] }
        triples += insertions[kept.count]
    }

    private static func movesAgree(
        _ ours: [Int], _ theirs: [Int], _ baseOfOurs: [Int: Int], _ baseOfTheirs: [Int: Int],
        _ inOurs: MergePartners, _ inTheirs: MergePartners
    ) -> Bool {
        let hasCommonMove = inOurs.partners.contains { base, partner in
            partner.isMoved && inTheirs.partners[base]?.isMoved == true
        }
        guard hasCommonMove else { return true }
        let mine = ours.compactMap { baseOfOurs[$0] }.filter { inTheirs.partners[$0] != nil }
        let other = theirs.compactMap { baseOfTheirs[$0] }.filter { inOurs.partners[$0] != nil }
        return mine == other
    }
}
