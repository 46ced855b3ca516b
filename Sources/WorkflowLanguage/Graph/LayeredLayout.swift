/// Places for the nodes of a graph in layers, from top to bottom, with few crossings.
///
/// Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical System Structures" (1981), with the
/// barycentre heuristic: layers by the longest path, edges over several layers through a point in each, then sweeps that
/// order each layer by its neighbours, and moves towards them without changing that order.
struct LayeredLayout {
    /// The centre of a node, or a point of an edge.
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    /// The centres of the nodes.
    private(set) var centres: [Point]
    /// For each edge the points that it goes through between its nodes.
    private(set) var bends: [[Point]]
    /// The size of the whole, from 0, 0.
    private(set) var width = 0.0
    private(set) var height = 0.0

    private static let sweeps = 12
    private static let gap = 28.0
    private static let bendWidth = 12.0

    /// - Parameters:
    ///   - widths: The widths of the nodes.
    ///   - distance: The distance between the centres of two layers.
    ///   - margin: The empty space around the whole.
    init(edges: [(from: Int, to: Int)], widths: [Double], distance: Double, margin: Double) {
        var predecessors = [[Int]](repeating: [], count: widths.count)
        for edge in edges { predecessors[edge.to].append(edge.from) }
        let layer = GraphOrder.layers(predecessors)

        // Nodes first, then the points of long edges, all of them "places" of a layer.
        var widths = widths
        var rows = [[Int]](repeating: [], count: (layer.max() ?? -1) + 1)
        for (node, row) in layer.enumerated() { rows[row].append(node) }
        var above = [[Int]](repeating: [], count: widths.count)
        var below = above
        var chains: [[Int]] = []
        for edge in edges {
            var chain: [Int] = []
            var last = edge.from
            for row in (layer[edge.from] + 1)..<max(layer[edge.from] + 1, layer[edge.to]) {
                let place = widths.count
                widths.append(Self.bendWidth)
                above.append([last])
                below.append([])
                below[last].append(place)
                rows[row].append(place)
                chain.append(place)
                last = place
            }
            below[last].append(edge.to)
            above[edge.to].append(last)
            chains.append(chain)
        }
        Self.order(&rows, above: above, below: below)
        let x = Self.place(rows, widths: widths, above: above, below: below)
        let left = x.indices.map { x[$0] - widths[$0] / 2 }.min() ?? 0
        var level = [Double](repeating: 0, count: widths.count)
        for (row, places) in rows.enumerated() { for place in places { level[place] = Double(row) } }
        func point(_ place: Int) -> Point {
            Point(x: x[place] - left + margin, y: margin + distance / 2 + level[place] * distance)
        }
        centres = layer.indices.map(point)
        bends = chains.map { $0.map(point) }
        width = (x.indices.map { x[$0] + widths[$0] / 2 }.max() ?? 0) - left + 2 * margin
        height = Double(rows.count) * distance + 2 * margin
    }

    /// Sorts each layer by the mean place of its neighbours, downwards and upwards, and keeps the best order found.
    private static func order(_ rows: inout [[Int]], above: [[Int]], below: [[Int]]) {
        var position = [Int](repeating: 0, count: above.count)
        func number(_ row: [Int]) { for (index, place) in row.enumerated() { position[place] = index } }
        func sort(_ row: inout [Int], by neighbours: [[Int]]) {
            let keyed = row.enumerated().map { index, place -> (key: Double, index: Int, place: Int) in
                let near = neighbours[place]
                let mean =
                    near.isEmpty ? Double(index) : Double(near.reduce(0) { $0 + position[$1] }) / Double(near.count)
                return (mean, index, place)
            }
            row = keyed.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.place)
            number(row)
        }
        rows.forEach(number)
        var best = (rows: rows, crossings: crossings(rows, below: below, position: position))
        for sweep in 0..<Self.sweeps where best.crossings > 0 {
            if sweep.isMultiple(of: 2) {
                for row in rows.indices.dropFirst() { sort(&rows[row], by: above) }
            } else {
                for row in rows.indices.dropLast().reversed() { sort(&rows[row], by: below) }
            }
            let count = crossings(rows, below: below, position: position)
            if count < best.crossings { best = (rows, count) }
        }
        rows = best.rows
    }

    /// The number of crossings, counted with a Fenwick tree in n log n.
    ///
    /// Source: W. Barth, P. Mutzel, M. Jünger, "Simple and Efficient Bilayer Cross Counting" (2004).
    private static func crossings(_ rows: [[Int]], below: [[Int]], position: [Int]) -> Int {
        var sum = 0
        for row in rows.indices.dropLast() {
            var tree = [Int](repeating: 0, count: rows[row + 1].count + 1)
            var seen = 0
            for place in rows[row] {
                let ends = below[place].map { position[$0] }.sorted()
                for end in ends {
                    var (index, before) = (end + 1, 0)
                    while index > 0 {
                        before += tree[index]
                        index &= index - 1
                    }
                    sum += seen - before
                }
                for end in ends {
                    var index = end + 1
                    while index < tree.count {
                        tree[index] += 1
                        index += index & -index
                    }
                    seen += 1
                }
            }
        }
        return sum
    }

    /// Moves places towards the middle of their neighbours, as far as those beside them allow.
    private static func place(_ rows: [[Int]], widths: [Double], above: [[Int]], below: [[Int]]) -> [Double] {
        var x = [Double](repeating: 0, count: widths.count)
        for row in rows {
            var end = 0.0
            for place in row {
                x[place] = end + widths[place] / 2
                end += widths[place] + gap
            }
            // Rows stand on a common axis to begin with.
            for place in row { x[place] -= (end - gap) / 2 }
        }
        func settle(_ row: [Int], by neighbours: [[Int]]) {
            let wanted = row.map { place -> Double in
                let near = neighbours[place]
                return near.isEmpty ? x[place] : near.reduce(0) { $0 + x[$1] } / Double(near.count)
            }
            // Pushed to the right from the left end, and to the left from the right end; the middle of both is fair.
            var fromLeft = wanted
            for index in row.indices.dropFirst() {
                let least = fromLeft[index - 1] + (widths[row[index - 1]] + widths[row[index]]) / 2 + gap
                fromLeft[index] = max(fromLeft[index], least)
            }
            var fromRight = wanted
            for index in row.indices.dropLast().reversed() {
                let most = fromRight[index + 1] - (widths[row[index + 1]] + widths[row[index]]) / 2 - gap
                fromRight[index] = min(fromRight[index], most)
            }
            for index in row.indices { x[row[index]] = (fromLeft[index] + fromRight[index]) / 2 }
        }
        for sweep in 0..<Self.sweeps {
            if sweep.isMultiple(of: 2) {
                for row in rows.dropFirst() { settle(row, by: above) }
            } else {
                for row in rows.dropLast().reversed() { settle(row, by: below) }
            }
        }
        return x
    }
}
