/// Compares the edges of two graphs, those that follow from the order of steps included.
struct DependencyComparison {
    let differences: [WorkflowDifference]

    init(steps: StepPairs) {
        let newEdges = steps.newEdges
        let oldEdges = steps.oldEdges
        // The old edges by the places of the new version; nil where one of the steps is gone.
        let kept = Set(
            oldEdges.compactMap { edge -> StepEdge? in
                guard let step = steps.newPlaces[edge.step], let needs = steps.newPlaces[edge.needs] else { return nil }
                return StepEdge(step: step, needs: needs)
            })
        let present = Set(newEdges)
        let added = newEdges.filter { !kept.contains($0) }.map { edge in
            let (step, needs) = (steps.new[edge.step], steps.new[edge.needs])
            // What a new step waits for, or who waits for it, is a part of its coming.
            let added = [edge.step, edge.needs].first { steps.oldPlaces[$0] == nil }
            let effect: Effect =
                if let added {
                    .cosmetic("it comes with step \(steps.new[added].id)")
                } else {
                    .compatible("\(step.id) waits for \(needs.id) now")
                }
            return WorkflowDifference(
                .dependency(StepDependency(step: step.id, needs: needs.id, isWritten: step.hasWrittenNeeds)), .added,
                callers: effect, runs: effect)
        }
        let removed = oldEdges.filter { edge in
            guard let step = steps.newPlaces[edge.step], let needs = steps.newPlaces[edge.needs] else { return true }
            return !present.contains(StepEdge(step: step, needs: needs))
        }.map { edge in
            let (step, needs) = (steps.old[edge.step], steps.old[edge.needs])
            let gone = [edge.step, edge.needs].first { steps.newPlaces[$0] == nil }
            let effect: Effect =
                if let gone {
                    .cosmetic("it goes with step \(steps.old[gone].id)")
                } else {
                    .compatible("\(step.id) no longer waits for \(needs.id)")
                }
            return WorkflowDifference(
                .dependency(StepDependency(step: step.id, needs: needs.id, isWritten: step.hasWrittenNeeds)), .removed,
                callers: effect, runs: effect)
        }
        differences = added + removed
    }
}
