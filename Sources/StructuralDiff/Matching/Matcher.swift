import DocumentTree

/// Decides what belongs together in two outlines.
struct Matcher {
    /// What the pairs are for.
    enum Purpose {
        /// For a person: what is recognisably the same thing stays a pair.
        case reading
        /// For a patch: a pair must be worth its operations.
        case patching
        /// For a merge: as for a person; and what stands alone between the same neighbours stays a pair if it has the
        /// same keys.
        case merging
    }

    let old: Outline
    let new: Outline
    let purpose: Purpose
    /// In how many levels of nesting a patch may still pair sequences place by place.
    let levelsByPlace: Int

    init(old: Outline, new: Outline, purpose: Purpose = .reading, levelsByPlace: Int = 2) {
        self.old = old
        self.new = new
        self.purpose = purpose
        self.levelsByPlace = levelsByPlace
    }

    /// Pairs the subtrees at `left` and `right`.
    func pair(_ left: Int, _ right: Int) -> Pairing {
        let (one, other) = (old[left], new[right])
        if one.fingerprint == other.fingerprint { return Pairing(old: left, new: right, content: .equal) }
        switch (one.node.content, other.node.content) {
        case (.mapping, .mapping):
            return Pairing(old: left, new: right, content: .mapping(pairEntries(left, right)))
        case (.sequence, .sequence):
            return Pairing(old: left, new: right, content: .sequence(pairItems(left, right)))
        default:
            return Pairing(old: left, new: right, content: .replaced)
        }
    }

    private func pairEntries(_ left: Int, _ right: Int) -> MappingPairing {
        var result = MappingPairing()
        let others = new.children(of: right)
        var byKey: [ExactString: Int] = [:]
        for other in others { byKey[ExactString(new[other].key ?? "")] = other }
        for child in old.children(of: left) {
            guard let other = byKey.removeValue(forKey: ExactString(old[child].key ?? "")) else {
                result.removed.append(child)
                continue
            }
            if old[child].fingerprint != new[other].fingerprint { result.changed.append(pair(child, other)) }
        }
        if !byKey.isEmpty { result.added = others.filter { byKey[ExactString(new[$0].key ?? "")] != nil } }
        if !result.removed.isEmpty, !result.added.isEmpty { findRenamedKeys(&result) }
        return result
    }

    /// Pairs entries whose key changed while their value stayed, or nearly so.
    private func findRenamedKeys(_ result: inout MappingPairing) {
        var (takenOld, takenNew): (Set<Int>, Set<Int>) = ([], [])
        for pair in equalPairs(result.removed, result.added) {
            takenOld.insert(pair.old)
            takenNew.insert(pair.new)
            result.renamed.append(Pairing(old: pair.old, new: pair.new, content: .equal))
        }
        let removed = result.removed.filter { !takenOld.contains($0) && isTelling($0, in: old) }
        let added = result.added.filter { !takenNew.contains($0) && isTelling($0, in: new) }
        for candidate in Likeness.candidates(removed, in: old, added, in: new, threshold: Self.renameThreshold) {
            let (one, other) = (removed[candidate.old], added[candidate.new])
            guard !old[one].isScalar, !takenOld.contains(one), !takenNew.contains(other) else { continue }
            let pairing = pair(one, other)
            // In a patch, a move and its edits stand against a removal and an addition. For a reader, what was renamed
            // and much edited is another thing.
            let limit = purpose == .patching ? 1 : Self.maximumEditsOfRenamed
            if operationCount(pairing, upTo: limit) > limit { continue }
            takenOld.insert(one)
            takenNew.insert(other)
            result.renamed.append(pairing)
        }
        result.removed.removeAll { takenOld.contains($0) }
        result.added.removeAll { takenNew.contains($0) }
    }

    private static let renameThreshold = 0.6
    private static let maximumEditsOfRenamed = 3

    /// Pairs of equal subtrees among elements that were removed and added, each element once.
    private func equalPairs(_ removed: [Int], _ added: [Int]) -> [(old: Int, new: Int)] {
        var byFingerprint: [Int: [Int]] = [:]
        // With one key gone and one come, even a number tells that they are the same thing; not so a truth value.
        let isOnly = removed.count == 1 && added.count == 1
        for element in added.reversed()
        where purpose == .patching || isTelling(element, in: new) || (isOnly && isNumber(element, in: new)) {
            byFingerprint[new[element].fingerprint, default: []].append(element)
        }
        return removed.compactMap { element in
            byFingerprint[old[element].fingerprint]?.popLast().map { (element, $0) }
        }
    }

    private func isNumber(_ element: Int, in outline: Outline) -> Bool {
        switch outline[element].node.scalar?.value {
        case .integer, .bigInteger, .double: true
        default: false
        }
    }

    /// Whether a value is more than the truth values, small numbers and empty things that stand everywhere, so that the
    /// same value in another place is the same thing.
    private func isTelling(_ element: Int, in outline: Outline) -> Bool {
        switch outline[element].node.content {
        case .scalar(let scalar): scalar.value.string.map { $0.utf8.count >= 4 } ?? false
        case .sequence(let items): !items.isEmpty
        case .mapping(let entries): !entries.isEmpty
        case .alias: false
        }
    }
}
