extension Matcher {
    /// A pairing of two sequences that costs a patch the fewest operations: the one that is recognised, or simply that
    /// of equal places.
    ///
    /// The work stays near-linear: places are only compared where fewer of them differ than the recognised pairing
    /// costs, and inside of such a comparison not again beyond two levels.
    func cheapest(_ recognised: SequencePairing, _ olds: [Int], _ news: [Int]) -> SequencePairing {
        var result = recognised
        separateCostlyMoves(&result)
        let common = min(olds.count, news.count)
        let leastByPlace =
            max(olds.count, news.count) - common
            + (0..<common).count { old[olds[$0]].fingerprint != new[news[$0]].fingerprint }
        let cost = operationCount(result, upTo: .max)
        guard levelsByPlace > 0, leastByPlace < cost else { return result }
        let inner = Matcher(old: old, new: new, purpose: purpose, levelsByPlace: levelsByPlace - 1)
        let byPlace = SequencePairing(
            identityKey: recognised.identityKey,
            matches: (0..<common).map { SequencePairing.Match(pairing: inner.pair(olds[$0], news[$0])) },
            removed: Array(olds[common...]), added: Array(news[common...]))
        return operationCount(byPlace, upTo: cost) < cost ? byPlace : result
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
