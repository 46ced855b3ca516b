import WorkflowEngine
import WorkflowLanguage

extension RunRecord {
    /// The steps as a person reads them: the items of a step behind it.
    var stepsInOrder: [StepRecord] {
        guard steps.contains(where: { $0.item != nil }) else { return steps }
        let items = Dictionary(grouping: steps.filter { $0.item != nil }) { $0.item?.step }
        return steps.filter { $0.item == nil }.flatMap { [$0] + (items[$0.id] ?? []) }
    }
}
