public import StructuralDiff

extension WorkflowComparison {
    /// The graph of the steps of both versions, for drawing: what came, went or changed.
    public var graph: DifferenceGraph {
        var status: [StepID: DifferenceGraph.Status] = [:]
        for difference in differences {
            guard case .step(let id) = difference.subject, difference.kind != .removed || difference.key != nil else {
                continue
            }
            let own: DifferenceGraph.Status =
                switch (difference.kind, difference.key) {
                case (.added, nil): .added
                case (.renamed, nil): .renamed
                case (.moved, nil): .moved
                default: .changed
                }
            // What is said first of a step as a whole stands.
            if status[id] == nil || status[id] == .moved { status[id] = own }
        }
        let present = steps.new.enumerated().map { place, step in
            let old = steps.oldPlaces[place].map { steps.old[$0].id }
            return DifferenceGraph.Node(
                id: "new \(step.id)",
                label: old.flatMap { $0 == step.id ? nil : "\(step.id)\nwas \($0)" } ?? step.id.description,
                status: status[step.id] ?? .same)
        }
        let gone = steps.old.indices.filter { steps.newPlaces[$0] == nil }.map { place in
            DifferenceGraph.Node(
                id: "old \(place)", label: steps.old[place].id.description, status: .removed)
        }
        return DifferenceGraph(nodes: present + gone, edges: edges)
    }

    private var edges: [DifferenceGraph.Edge] {
        func node(old place: Int) -> String {
            steps.newPlaces[place].map { "new \(steps.new[$0].id)" } ?? "old \(place)"
        }
        let before = steps.oldEdges.map { (from: node(old: $0.needs), to: node(old: $0.step)) }
        let after = steps.newEdges.map { (from: "new \(steps.new[$0.needs].id)", to: "new \(steps.new[$0.step].id)") }
        let beforeKeys = Set(before.map { [$0.from, $0.to] })
        let afterKeys = Set(after.map { [$0.from, $0.to] })
        return after.map { edge in
            .init(from: edge.from, to: edge.to, status: beforeKeys.contains([edge.from, edge.to]) ? .same : .added)
        }
            + before.filter { !afterKeys.contains([$0.from, $0.to]) }.map {
                .init(from: $0.from, to: $0.to, status: .removed)
            }
    }
}
