internal import DocumentTree
internal import WorkflowLanguage

extension Execution {
    /// Why a step does not go on that steps of the kind `choose` decide on, where none of them has chosen it.
    func reasonNotChosen(_ position: Int) -> String? {
        let choosers = plan.steps[position].choosers.compactMap(plan.position)
        guard !choosers.isEmpty else { return nil }
        let id = Value.string(plan.steps[position].id.description)
        let isChosen = choosers.contains { chooser in
            steps[chooser].record.outputs["steps"]?.items?.contains(id) ?? false
        }
        guard !isChosen, let chooser = choosers.first else { return nil }
        let branch = steps[chooser].record.outputs["branch"]
        let name = branch?.string ?? branch?.integer.map(String.init)
        return "step \(plan.steps[chooser].id) chose " + (name.map { "the branch \($0)" } ?? "no branch")
    }
}
