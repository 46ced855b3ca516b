/// Which packs are to become one, so that each pack that stays has at least twice the objects of all smaller ones together.
///
/// The rule is git's (git-repack(1), `--geometric`), with a factor of two.
enum PackGeometry {
    private static let factor = 2

    /// How many of the smallest packs become one.
    ///
    /// - Parameter counts: of the packs' objects, the smallest first.
    static func rolledUp(_ counts: [Int]) -> Int {
        // From the largest down, the row holds as long as each has so many times the objects of the next.
        var split = counts.count
        while split > 1, counts[split - 1] / factor >= counts[split - 2] { split -= 1 }
        // All of them stand in the row; otherwise the pack at which it breaks is too small for its neighbour below.
        if split <= 1 { return 0 }
        var total = counts[..<split].reduce(0, +)
        // The new pack may be too large for what stood in the row until now.
        while split < counts.count, counts[split] / factor < total {
            total += counts[split]
            split += 1
        }
        return split
    }
}
