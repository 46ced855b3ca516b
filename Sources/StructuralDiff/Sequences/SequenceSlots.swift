/// One place in the two sequences laid over each other.
enum SequenceSlot {
    /// An item that both have in the same order.
    case kept(SequencePairing.Match)
    /// An item of the old sequence alone.
    case removed(Int)
    /// An item of the new sequence alone.
    case added(Int)
    /// Where an item that moves stood.
    case movedAway(SequencePairing.Match)
    /// Where an item that moved stands.
    case movedHere(SequencePairing.Match)
}

extension SequencePairing {
    /// Both sequences laid over each other: the kept items in their order; between them first what the old one had
    /// there, then what the new one has.
    ///
    /// - Parameters:
    ///   - old: The place of an old element in its sequence.
    ///   - new: The place of a new element in its sequence.
    func slots(old: (Int) -> Int, new: (Int) -> Int) -> [SequenceSlot] {
        var olds: [(place: Int, slot: SequenceSlot)] = removed.map { (old($0), .removed($0)) }
        var news: [(place: Int, slot: SequenceSlot)] = added.map { (new($0), .added($0)) }
        var kept: [(old: Int, new: Int, slot: SequenceSlot)] = []
        for match in matches {
            let (from, to) = (old(match.pairing.old), new(match.pairing.new))
            if match.isMoved {
                olds.append((from, .movedAway(match)))
                news.append((to, .movedHere(match)))
            } else {
                kept.append((from, to, .kept(match)))
            }
        }
        olds.sort { $0.place < $1.place }
        news.sort { $0.place < $1.place }
        kept.sort { $0.new < $1.new }
        var result: [SequenceSlot] = []
        var (oldRest, newRest) = (olds[...], news[...])
        for item in kept {
            while let first = oldRest.first, first.place < item.old { result.append(oldRest.removeFirst().slot) }
            while let first = newRest.first, first.place < item.new { result.append(newRest.removeFirst().slot) }
            result.append(item.slot)
        }
        return result + oldRest.map(\.slot) + newRest.map(\.slot)
    }
}
