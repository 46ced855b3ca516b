/// Orders of graphs without circles.
enum GraphOrder {
    /// The edges without those that would close a circle, and without those that name no node or are there twice.
    static func withoutCircles(_ edges: [GraphDrawing.Edge], count: Int) -> [GraphDrawing.Edge] {
        var seen: Set<[Int]> = []
        let real = edges.filter { edge in
            (0..<count).contains(edge.from) && (0..<count).contains(edge.to) && edge.from != edge.to
                && seen.insert([edge.from, edge.to]).inserted
        }
        var successors = [[Int]](repeating: [], count: count)
        for (number, edge) in real.enumerated() { successors[edge.from].append(number) }
        var closing: Set<Int> = []
        forEachClosingEdge(of: successors.map { $0.map { real[$0].to } }) { way in
            if let last = way.last { closing.insert(successors[last.node][last.edge]) }
            return true
        }
        return real.enumerated().filter { !closing.contains($0.offset) }.map(\.element)
    }

    /// Walks depth first, and tells of each edge that leads back onto the way to it: without those there is no circle.
    ///
    /// - Parameters:
    ///   - targets: For each node where its edges lead.
    ///   - found: Is given the way, each node with the number of the edge that was taken from it; the last edge closes a
    ///     circle. Returns whether to go on.
    static func forEachClosingEdge(of targets: [[Int]], _ found: ([(node: Int, edge: Int)]) -> Bool) {
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: targets.count)
        for start in targets.indices where marks[start] == .new {
            // Its own stack, not the thread's: a chain may have ten thousand steps.
            var way = [(node: start, edge: -1)]
            marks[start] = .open
            while let (node, edge) = way.last {
                guard edge + 1 < targets[node].count else {
                    marks[node] = .done
                    way.removeLast()
                    continue
                }
                way[way.count - 1].edge += 1
                let target = targets[node][edge + 1]
                switch marks[target] {
                case .done: break
                case .open: guard found(way) else { return }
                case .new:
                    marks[target] = .open
                    way.append((target, -1))
                }
            }
        }
    }

    /// The nodes in an order in which each stands behind those that it waits for, as near to the written order as that
    /// allows.
    static func topological(_ predecessors: [[Int]]) -> [Int] {
        var waiting = predecessors.map(\.count)
        var successors = [[Int]](repeating: [], count: predecessors.count)
        for (node, needed) in predecessors.enumerated() { for other in needed { successors[other].append(node) } }
        var ready = SortedPlaces(waiting.indices.filter { waiting[$0] == 0 })
        var order: [Int] = []
        while let node = ready.popFirst() {
            order.append(node)
            for next in successors[node] {
                waiting[next] -= 1
                if waiting[next] == 0 { ready.insert(next) }
            }
        }
        return order
    }

    /// For each node the length of the longest path to it.
    static func layers(_ predecessors: [[Int]]) -> [Int] {
        var layers = [Int](repeating: 0, count: predecessors.count)
        for node in topological(predecessors) { layers[node] = (predecessors[node].map { layers[$0] }.max() ?? -1) + 1 }
        return layers
    }
}

/// A heap of places, smallest first.
private struct SortedPlaces {
    private var heap: [Int] = []

    init(_ places: [Int]) { heap = places.sorted() }

    mutating func insert(_ place: Int) {
        heap.append(place)
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2] > heap[child] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Int? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[parent] else {
                return first
            }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
