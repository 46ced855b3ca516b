internal import WorkflowLanguage

/// The steps of a workflow as a graph of positions.
struct Plan: Sendable {
    let workflow: Workflow
    /// For each step, the positions of the steps that it needs.
    let needs: [[Int]]
    /// For each step, the positions of the steps that need it.
    let dependents: [[Int]]
    private let positions: [StepID: Int]

    var steps: [Step] { workflow.steps }

    init(_ workflow: Workflow) {
        self.workflow = workflow
        var positions: [StepID: Int] = [:]
        for (position, step) in workflow.steps.enumerated() { positions[step.id] = position }
        let needs = workflow.steps.map { step in step.needs.compactMap { positions[$0] } }
        var dependents = [[Int]](repeating: [], count: needs.count)
        for (position, needed) in needs.enumerated() {
            for need in Set(needed) { dependents[need].append(position) }
        }
        self.needs = needs.map { Array(Set($0)).sorted() }
        self.dependents = dependents
        self.positions = positions
    }

    /// Where a step stands; nil where there is none of that id.
    func position(of step: StepID) -> Int? { positions[step] }

    /// The positions of the steps, each behind all that it needs.
    var order: [Int] {
        var open = needs.map(\.count)
        var order = open.indices.filter { open[$0] == 0 }
        var head = 0
        while head < order.count {
            for dependent in dependents[order[head]] {
                open[dependent] -= 1
                if open[dependent] == 0 { order.append(dependent) }
            }
            head += 1
        }
        return order
    }
}
