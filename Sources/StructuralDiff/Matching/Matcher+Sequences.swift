import DocumentTree

extension Matcher {
    /// What tells an item of a sequence from the others.
    private enum Token: Hashable {
        case name(ExactString)
        case content(Int)
    }

    /// Pairs the items of two sequences: by name, then by content, then by likeness.
    func pairItems(_ left: Int, _ right: Int) -> SequencePairing {
        let olds = old.children(of: left)
        let news = new.children(of: right)
        let identityKey = IdentityKey(old: old, new: new).find(olds, news)
        var partners = samePartners(olds, news, identityKey: identityKey)
        pairAlike(olds, news, &partners)
        pairNeighbours(olds, news, &partners)
        let pairing = sequencePairing(olds, news, partners, identityKey: identityKey)
        return purpose == .patching ? cheapest(pairing, olds, news) : pairing
    }

    /// For each old item, the place of the new item of the same name or, where there is no name, of the same content.
    private func samePartners(_ olds: [Int], _ news: [Int], identityKey: String?) -> [Int?] {
        var numbers: [Token: Int] = [:]
        func number(_ element: Int, _ outline: Outline) -> Int {
            let name = identityKey.flatMap { IdentityKey.name($0, of: element, in: outline) }
            let token = name.map { Token.name(ExactString($0)) } ?? .content(outline[element].fingerprint)
            if let known = numbers[token] { return known }
            numbers[token] = numbers.count
            return numbers.count - 1
        }
        let oldTokens = olds.map { number($0, old) }
        let newTokens = news.map { number($0, new) }
        var partners = [Int?](repeating: nil, count: olds.count)
        var isTaken = [Bool](repeating: false, count: news.count)
        for pair in CommonSubsequence.pairs(oldTokens, newTokens) {
            partners[pair.old] = pair.new
            isTaken[pair.new] = true
        }
        // What is left of equal items went to another place: the first goes with the first.
        var waiting: [Int: [Int]] = [:]
        for place in news.indices.reversed() where !isTaken[place] {
            waiting[newTokens[place], default: []].append(place)
        }
        for place in olds.indices where partners[place] == nil {
            partners[place] = waiting[oldTokens[place]]?.popLast()
        }
        return partners
    }

    /// Pairs collections that are left by likeness.
    private func pairAlike(_ olds: [Int], _ news: [Int], _ partners: inout [Int?]) {
        let left = olds.indices.filter { partners[$0] == nil && !old[olds[$0]].isScalar }
        let right = free(news, partners).filter { !new[news[$0]].isScalar }
        guard !left.isEmpty, !right.isEmpty else { return }
        var isTaken: Set<Int> = []
        for candidate in Likeness.candidates(left.map { olds[$0] }, in: old, right.map { news[$0] }, in: new) {
            let (one, other) = (left[candidate.old], right[candidate.new])
            if partners[one] == nil, isTaken.insert(other).inserted { partners[one] = other }
        }
    }

    /// Pairs what is left between the same neighbours: as many items on both sides in their order, where they are alike;
    /// scalars in their order, as one was edited to become the other; and a single item with a single item of another kind, or one that differs in one thing.
    private func pairNeighbours(_ olds: [Int], _ news: [Int], _ partners: inout [Int?]) {
        let kept = inOrder(partners)
        var free = free(news, partners)[...]
        var start = 0
        for (end, limit) in kept.map({ ($0.old, $0.new) }) + [(olds.count, news.count)] {
            let gap = free.prefix { $0 < limit }
            free = free.dropFirst(gap.count)
            let left = (start..<end).filter { partners[$0] == nil }
            start = end
            if left.count == 1, gap.count == 1, let one = left.first, let other = gap.first {
                if isSameThing(olds[one], news[other]) { partners[one] = other }
                continue
            }
            if left.count == gap.count {
                for (one, other) in zip(left, gap) where isAlike(olds[one], news[other]) { partners[one] = other }
            }
            var candidates = gap.filter { new[news[$0]].isScalar }[...]
            for place in left where old[olds[place]].isScalar {
                if let other = candidates.popFirst() { partners[place] = other }
            }
        }
    }

    /// Whether the only item in a place, which isn't like the only one that was there, still is the same thing.
    private func isSameThing(_ one: Int, _ other: Int) -> Bool {
        guard Likeness.sameKind(old[one].node, new[other].node), !old[one].isScalar else { return true }
        if purpose == .merging, keys(one, old) == keys(other, new) { return true }
        return operationCount(pair(one, other), upTo: 1) <= 1
    }

    /// Whether two collections have enough in common to be one that was edited. Where there are too many items to
    /// compare each with each, those at the same place among the same neighbours still are.
    private func isAlike(_ one: Int, _ other: Int) -> Bool {
        guard !old[one].isScalar, Likeness.sameKind(old[one].node, new[other].node) else { return false }
        let score = Likeness.features(of: one, in: old).score(Likeness.features(of: other, in: new))
        guard score >= Likeness.threshold else { return false }
        // In a patch, to replace the whole item is one operation as well.
        return purpose != .patching || operationCount(pair(one, other), upTo: 1) <= 1
    }

    private func keys(_ element: Int, _ outline: Outline) -> Set<ExactString> {
        Set(outline.children(of: element).compactMap { outline[$0].key.map { ExactString($0) } })
    }

    /// The places of the new items that no old item has as its partner.
    private func free(_ news: [Int], _ partners: [Int?]) -> [Int] {
        var isTaken = [Bool](repeating: false, count: news.count)
        for partner in partners { if let partner { isTaken[partner] = true } }
        return news.indices.filter { !isTaken[$0] }
    }

    /// A longest chain of partners that stand in the same order on both sides.
    private func inOrder(_ partners: [Int?]) -> [(old: Int, new: Int)] {
        let pairs = partners.enumerated().compactMap { place, partner in partner.map { (old: place, new: $0) } }
        return longestIncreasingSubsequence(pairs.map(\.new)).map { pairs[$0] }
    }

    private func sequencePairing(
        _ olds: [Int], _ news: [Int], _ partners: [Int?], identityKey: String?
    ) -> SequencePairing {
        var result = SequencePairing(identityKey: identityKey)
        var stays = [Bool](repeating: false, count: olds.count)
        for pair in inOrder(partners) { stays[pair.old] = true }
        for (place, partner) in partners.enumerated() {
            if let partner {
                result.matches.append(
                    SequencePairing.Match(pairing: pair(olds[place], news[partner]), isMoved: !stays[place]))
            } else {
                result.removed.append(olds[place])
            }
        }
        result.added = free(news, partners).map { news[$0] }
        result.matches.sort { $0.pairing.new < $1.pairing.new }
        return result
    }
}
