/// Which steps wait for which: steps are numbered in written order.
struct StepGraph {
    /// For each step the steps that it waits for.
    let predecessors: [[Int]]
    /// For each step the steps of the kind `choose` that decide whether it goes on; they are among its predecessors.
    var choosers: [[Int]] = []

    /// A circle of steps that wait for each other, its first step repeated at the end; nil where there is none.
    func cycle() -> [Int]? {
        var circle: [Int]?
        GraphOrder.forEachClosingEdge(of: predecessors) { way in
            guard let last = way.last else { return true }
            let first = predecessors[last.node][last.edge]
            circle = way.map(\.node).drop { $0 != first } + [first]
            return false
        }
        return circle
    }

    /// For each step the set of all steps that have ended when it starts. The graph must have no circle.
    func ancestors() -> [BitSet] {
        var sets = [BitSet?](repeating: nil, count: predecessors.count)
        for start in predecessors.indices {
            var pending = [start]
            while let step = pending.last {
                let missing = predecessors[step].filter { sets[$0] == nil }
                if sets[step] != nil || missing.isEmpty {
                    pending.removeLast()
                    if sets[step] != nil { continue }
                    var set = BitSet(capacity: predecessors.count)
                    for other in predecessors[step] {
                        set.insert(other)
                        if let more = sets[other] { set.formUnion(more) }
                    }
                    sets[step] = set
                } else {
                    pending += missing
                }
            }
        }
        return sets.map { $0 ?? BitSet(capacity: 0) }
    }
}

/// A set of small numbers.
struct BitSet {
    private var words: [UInt64]

    init(capacity: Int) { words = [UInt64](repeating: 0, count: (capacity + 63) / 64) }

    mutating func insert(_ member: Int) { words[member / 64] |= 1 << (member % 64) }

    mutating func formUnion(_ other: BitSet) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    func contains(_ member: Int) -> Bool {
        member / 64 < words.count && words[member / 64] & (1 << (member % 64)) != 0
    }
}
