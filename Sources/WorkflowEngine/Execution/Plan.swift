internal import DocumentTree
internal import WorkflowLanguage

/// The steps of a run as a graph of positions: those of the workflow in written order, and behind them, as the run comes to
/// know them, the items of steps that have some.
struct Plan: Sendable {
    let workflow: Workflow
    private(set) var steps: [Step]
    /// For each step, the positions of the steps that it needs.
    private(set) var needs: [[Int]]
    /// For each step, the positions of the steps that need it.
    private(set) var dependents: [[Int]]
    /// For the positions of steps with items, those of their items.
    private(set) var items: [Int: Range<Int>] = [:]
    /// For the positions of items, what they are.
    private(set) var origins: [Int: ItemOrigin] = [:]
    private var positions: [StepID: Int]

    init(_ workflow: Workflow) {
        self.workflow = workflow
        steps = workflow.steps
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

    /// Adds the items of a step; they need nothing, and nothing needs them but their step.
    ///
    /// - Returns: Their positions, in order.
    mutating func expand(_ parent: Int, into values: [Value]) -> Range<Int> {
        let first = steps.count
        for (index, value) in values.enumerated() {
            var step = steps[parent]
            step.id = StepID(item: index, of: step.id)
            step.fanOut = nil
            step.condition = nil
            step.needs = []
            step.continueOnError = false
            positions[step.id] = steps.count
            origins[steps.count] = ItemOrigin(parent: parent, index: index, value: value)
            steps.append(step)
            needs.append([])
            dependents.append([])
        }
        items[parent] = first..<steps.count
        return first..<steps.count
    }

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

/// What an item of a step is.
struct ItemOrigin: Sendable {
    /// The position of the step.
    let parent: Int
    /// The item's place, from 0.
    let index: Int
    /// `item` or `matrix` in expressions.
    let value: Value
}
