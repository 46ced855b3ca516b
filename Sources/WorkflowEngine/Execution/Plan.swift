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
}
