/// A common subsequence of two sequences of tokens, as pairs of indexes that increase on both sides.
///
/// Equal ends are taken first, then tokens that occur once on each side (they anchor the rest), then, between anchors, a
/// longest common subsequence as long as the two stretches differ little. So the work is bounded: near-linear for any
/// input, with a longest subsequence wherever that is affordable.
///
/// Sources: Bram Cohen's patience diff; Myers, "An O(ND) difference algorithm and its variations", 1986.
struct CommonSubsequence {
    /// The number of differences between two stretches up to which Myers' algorithm looks.
    private static let maximumDifferences = 200

    private let old: [Int]
    private let new: [Int]
    private var pairs: [(old: Int, new: Int)] = []

    /// The pairs of indexes of a common subsequence of `old` and `new`.
    static func pairs(_ old: [Int], _ new: [Int]) -> [(old: Int, new: Int)] {
        var search = CommonSubsequence(old: old, new: new)
        search.align(old.indices, new.indices)
        return search.pairs
    }

    private init(old: [Int], new: [Int]) {
        self.old = old
        self.new = new
    }

    private mutating func align(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
        let (left, right) = trim(oldRange, newRange)
        let anchors = uniqueAnchors(left, right)
        var oldStart = left.lowerBound
        var newStart = right.lowerBound
        for anchor in anchors {
            alignBetweenAnchors(oldStart..<anchor.old, newStart..<anchor.new)
            pairs.append(anchor)
            oldStart = anchor.old + 1
            newStart = anchor.new + 1
        }
        alignBetweenAnchors(oldStart..<left.upperBound, newStart..<right.upperBound)
        for offset in 0..<(oldRange.upperBound - left.upperBound) {
            pairs.append((left.upperBound + offset, right.upperBound + offset))
        }
    }

    private mutating func alignBetweenAnchors(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
        guard !oldRange.isEmpty, !newRange.isEmpty else { return }
        let (left, right) = trim(oldRange, newRange)
        pairs += shortestEdit(left, right)
        for offset in 0..<(oldRange.upperBound - left.upperBound) {
            pairs.append((left.upperBound + offset, right.upperBound + offset))
        }
    }

    /// Takes the equal tokens at the start as pairs; returns what is left without those at the end.
    private mutating func trim(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> (Range<Int>, Range<Int>) {
        var (left, right) = (oldRange, newRange)
        while let first = left.first, let other = right.first, old[first] == new[other] {
            pairs.append((first, other))
            left = (first + 1)..<left.upperBound
            right = (other + 1)..<right.upperBound
        }
        while let last = left.last, let other = right.last, old[last] == new[other] {
            left = left.lowerBound..<last
            right = right.lowerBound..<other
        }
        return (left, right)
    }

    /// The longest chain, increasing on both sides, of tokens that occur exactly once in each range.
    private func uniqueAnchors(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> [(old: Int, new: Int)] {
        guard !oldRange.isEmpty, !newRange.isEmpty else { return [] }
        var places: [Int: (old: Int, new: Int, oldCount: Int, newCount: Int)] = [:]
        for index in oldRange {
            places[old[index], default: (0, 0, 0, 0)].old = index
            places[old[index], default: (0, 0, 0, 0)].oldCount += 1
        }
        for index in newRange {
            places[new[index], default: (0, 0, 0, 0)].new = index
            places[new[index], default: (0, 0, 0, 0)].newCount += 1
        }
        let candidates = oldRange.compactMap { index -> (old: Int, new: Int)? in
            guard let place = places[old[index]], place.oldCount == 1, place.newCount == 1 else { return nil }
            return (index, place.new)
        }
        return longestIncreasingSubsequence(candidates.map(\.new)).map { candidates[$0] }
    }

    /// Myers' greedy search; no pairs where the ranges differ too much.
    private func shortestEdit(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> [(old: Int, new: Int)] {
        guard !oldRange.isEmpty, !newRange.isEmpty else { return [] }
        let limit = min(Self.maximumDifferences, oldRange.count + newRange.count)
        let center = limit + 1
        /// For each diagonal, how far along the old range the best path has come.
        var reach = [Int](repeating: 0, count: 2 * limit + 3)
        var history: [[Int]] = []
        for distance in 0...limit {
            history.append(Array(reach[(center - distance)...(center + distance)]))
            for diagonal in stride(from: -distance, through: distance, by: 2) {
                let goesDown =
                    diagonal == -distance
                    || (diagonal != distance && reach[center + diagonal - 1] < reach[center + diagonal + 1])
                var x = goesDown ? reach[center + diagonal + 1] : reach[center + diagonal - 1] + 1
                var y = x - diagonal
                while x < oldRange.count, y < newRange.count,
                    old[oldRange.lowerBound + x] == new[newRange.lowerBound + y]
                {
                    x += 1
                    y += 1
                }
                reach[center + diagonal] = x
                if x >= oldRange.count, y >= newRange.count {
                    return trace(history, oldRange, newRange)
                }
            }
        }
        return []
    }

    /// Walks back through the recorded reaches and collects the equal pairs.
    private func trace(_ history: [[Int]], _ oldRange: Range<Int>, _ newRange: Range<Int>) -> [(old: Int, new: Int)] {
        var result: [(old: Int, new: Int)] = []
        var (x, y) = (oldRange.count, newRange.count)
        for distance in history.indices.reversed() {
            let reach = history[distance]
            let diagonal = x - y
            var (startX, startY) = (0, 0)
            if distance > 0 {
                let goesDown =
                    diagonal == -distance
                    || (diagonal != distance && reach[distance + diagonal - 1] < reach[distance + diagonal + 1])
                let before = goesDown ? diagonal + 1 : diagonal - 1
                let beforeX = reach[distance + before]
                (startX, startY) = goesDown ? (beforeX, beforeX - diagonal) : (beforeX + 1, beforeX + 1 - diagonal)
                while x > startX, y > startY {
                    x -= 1
                    y -= 1
                    result.append((oldRange.lowerBound + x, newRange.lowerBound + y))
                }
                (x, y) = (beforeX, beforeX - before)
            } else {
                while x > startX, y > startY {
                    x -= 1
                    y -= 1
                    result.append((oldRange.lowerBound + x, newRange.lowerBound + y))
                }
            }
        }
        return result.reversed()
    }
}
