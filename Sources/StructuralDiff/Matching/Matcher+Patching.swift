extension Matcher {
    /// A pairing of two sequences that costs a patch the fewest operations: the one that is recognised, that of equal
    /// places, or, of short sequences, that of the smallest edit distance.
    ///
    /// The work stays near-linear: places are only compared where fewer of them differ than the recognised pairing
    /// costs, and inside of such a comparison not again beyond two levels.
    func cheapest(_ recognised: SequencePairing, _ olds: [Int], _ news: [Int]) -> SequencePairing {
        var result = recognised
        separateCostlyMoves(&result)
        var cost = operationCount(result, upTo: .max)
        if let byPlace = pairedByPlace(olds, news, below: cost, identityKey: recognised.identityKey) {
            result = byPlace
            cost = operationCount(byPlace, upTo: .max)
        }
        return shortestEdit(olds, news, below: cost, identityKey: recognised.identityKey) ?? result
    }

    /// The pairing of equal places, where it costs fewer operations than `cost`.
    private func pairedByPlace(_ olds: [Int], _ news: [Int], below cost: Int, identityKey: String?) -> SequencePairing?
    {
        let common = min(olds.count, news.count)
        let least =
            max(olds.count, news.count) - common
            + (0..<common).count { old[olds[$0]].fingerprint != new[news[$0]].fingerprint }
        guard levelsByPlace > 0, least < cost else { return nil }
        let inner = Matcher(old: old, new: new, purpose: purpose, levelsByPlace: levelsByPlace - 1)
        let byPlace = SequencePairing(
            identityKey: identityKey,
            matches: (0..<common).map { SequencePairing.Match(pairing: inner.pair(olds[$0], news[$0])) },
            removed: Array(olds[common...]), added: Array(news[common...]))
        return operationCount(byPlace, upTo: cost) < cost ? byPlace : nil
    }

    /// The largest product of the lengths of two sequences whose edit distance is looked for.
    private static let mostCells = 1 << 14

    /// The pairing without moves that costs the fewest operations, where these are fewer than `cost`.
    private func shortestEdit(_ olds: [Int], _ news: [Int], below cost: Int, identityKey: String?) -> SequencePairing? {
        guard levelsByPlace > 0, abs(olds.count - news.count) < cost, olds.count * news.count <= Self.mostCells else {
            return nil
        }
        let distance = EditDistance(olds.map { old[$0].fingerprint }, news.map { new[$0].fingerprint })
        guard distance.cost < cost else { return nil }
        let inner = Matcher(old: old, new: new, purpose: purpose, levelsByPlace: levelsByPlace - 1)
        var result = SequencePairing(identityKey: identityKey)
        var (keptOld, keptNew): (Set<Int>, Set<Int>) = ([], [])
        for pair in distance.pairs {
            let pairing = inner.pair(olds[pair.old], news[pair.new])
            // What would take several operations inside is replaced as a whole.
            guard operationCount(pairing, upTo: 1) <= 1 else { continue }
            result.matches.append(SequencePairing.Match(pairing: pairing))
            keptOld.insert(pair.old)
            keptNew.insert(pair.new)
        }
        result.removed = olds.indices.filter { !keptOld.contains($0) }.map { olds[$0] }
        result.added = news.indices.filter { !keptNew.contains($0) }.map { news[$0] }
        return operationCount(result, upTo: cost) < cost ? result : nil
    }

    /// An item that moves and is edited at two places or more is cheaper to remove and to add.
    private func separateCostlyMoves(_ result: inout SequencePairing) {
        result.matches.removeAll { match in
            guard match.isMoved, operationCount(match.pairing, upTo: 1) > 1 else { return false }
            result.removed.append(match.pairing.old)
            result.added.append(match.pairing.new)
            return true
        }
        result.removed.sort()
        result.added.sort()
    }

    /// How many operations a patch needs for a sequence. An item that takes the place of one that is gone is one.
    func operationCount(_ sequence: SequencePairing, upTo limit: Int) -> Int {
        var (count, removed, added) = (0, 0, 0)
        for slot in sequence.slots(old: { old[$0].index }, new: { new[$0].index }) where count <= limit {
            switch slot {
            case .removed: removed += 1
            case .added: added += 1
            case .movedAway: break
            case .kept(let match):
                count += max(removed, added) + operationCount(match.pairing, upTo: limit)
                (removed, added) = (0, 0)
            case .movedHere(let match):
                count += max(removed, added) + 1 + operationCount(match.pairing, upTo: limit)
                (removed, added) = (0, 0)
            }
        }
        return count + max(removed, added)
    }
}
