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
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: count)
        for start in 0..<count where marks[start] == .new {
            // Its own stack, not the thread's: a chain may have ten thousand steps.
            var path: [(node: Int, next: Int)] = [(start, 0)]
            marks[start] = .open
            while let (node, next) = path.last {
                guard next < successors[node].count else {
                    marks[node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let edge = successors[node][next]
                switch marks[real[edge].to] {
                case .done: break
                case .open: closing.insert(edge)
                case .new:
                    marks[real[edge].to] = .open
                    path.append((real[edge].to, 0))
                }
            }
        }
        return real.enumerated().filter { !closing.contains($0.offset) }.map(\.element)
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
