/// The cheapest way from one short sequence to another by insertions, removals and replacements, one each.
///
/// Source: Wagner and Fischer, "The string-to-string correction problem", 1974.
struct EditDistance {
    /// The number of steps.
    let cost: Int
    /// The places that belong together, equal or one replaced by the other, in order.
    let pairs: [(old: Int, new: Int)]

    /// The way from `old` to `new`, in time and memory proportional to the product of their lengths.
    init(_ old: [Int], _ new: [Int]) {
        let width = new.count + 1
        var costs = [Int](repeating: 0, count: (old.count + 1) * width)
        for column in 0..<width { costs[column] = column }
        for row in 1..<max(1, old.count + 1) {
            costs[row * width] = row
            for column in 1..<width {
                let above = (row - 1) * width + column
                let replaced = costs[above - 1] + (old[row - 1] == new[column - 1] ? 0 : 1)
                costs[row * width + column] = min(replaced, costs[above] + 1, costs[row * width + column - 1] + 1)
            }
        }
        cost = costs[costs.count - 1]
        var pairs: [(old: Int, new: Int)] = []
        var (row, column) = (old.count, new.count)
        while row > 0, column > 0 {
            let above = (row - 1) * width + column
            let replaced = costs[above - 1] + (old[row - 1] == new[column - 1] ? 0 : 1)
            if costs[above + width] == replaced {
                pairs.append((row - 1, column - 1))
                (row, column) = (row - 1, column - 1)
            } else if costs[above + width] == costs[above] + 1 {
                row -= 1
            } else {
                column -= 1
            }
        }
        self.pairs = pairs.reversed()
    }
}
