import StructuralDiff

/// The steps of two versions, and which of them are the same.
struct StepPairs: Sendable {
    let old: [Step]
    let new: [Step]
    /// The place of the same step in the new version, for each of the old one.
    let newPlaces: [Int?]
    /// The place of the same step in the old version, for each of the new one.
    let oldPlaces: [Int?]

    init(_ comparison: Comparison, old: [Step], new: [Step]) {
        self.old = old
        self.new = new
        var newPlaces = [Int?](repeating: nil, count: old.count)
        var oldPlaces = [Int?](repeating: nil, count: new.count)
        for pair in comparison.items(below: "steps") where pair.old < old.count && pair.new < new.count {
            newPlaces[pair.old] = pair.new
            oldPlaces[pair.new] = pair.old
        }
        self.newPlaces = newPlaces
        self.oldPlaces = oldPlaces
    }

    private init() { (old, new, newPlaces, oldPlaces) = ([], [], [], []) }

    /// No steps at all.
    static let none = StepPairs()

    /// The edges of the new version, each with the places of the step that waits and of the one that it waits for.
    var newEdges: [StepEdge] { Self.edges(of: new) }
    /// The edges of the old version.
    var oldEdges: [StepEdge] { Self.edges(of: old) }

    private static func edges(of steps: [Step]) -> [StepEdge] {
        let places = Dictionary(
            steps.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        return steps.enumerated().flatMap { place, step in
            step.needs.compactMap { needed in places[needed].map { StepEdge(step: place, needs: $0) } }
        }
    }
}

/// An edge between the places of two steps.
struct StepEdge: Hashable {
    var step: Int
    var needs: Int
}
