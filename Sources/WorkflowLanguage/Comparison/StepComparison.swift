import StructuralDiff

/// Compares the steps of two versions.
struct StepComparison {
    private let steps: StepPairs
    private let changes: [Change]
    /// Whether a failed run undoes its finished steps.
    private let undoes: Bool

    init(steps: StepPairs, changes: [Change], undoes: Bool) {
        self.steps = steps
        self.changes = changes
        self.undoes = undoes
    }

    /// What differs, in the order of the new version; then what is gone.
    var differences: [WorkflowDifference] {
        let touched = TouchedKeys(changes)
        let moved = movedPlaces
        let present = steps.new.indices.flatMap { place -> [WorkflowDifference] in
            guard let oldPlace = steps.oldPlaces[place] else { return [added(steps.new[place])] }
            let (old, new) = (steps.old[oldPlace], steps.new[place])
            var found: [WorkflowDifference] = []
            if old.id != new.id { found.append(renamed(old, new)) }
            if moved.contains(place) { found.append(movedStep(new)) }
            let keys = touched.keys(old: oldPlace, new: place)
            return found + StepPair(old: old, new: new, undoes: undoes).differences(in: keys)
        }
        return present + steps.old.indices.filter { steps.newPlaces[$0] == nil }.map { removed(steps.old[$0]) }
    }

    private func added(_ step: Step) -> WorkflowDifference {
        WorkflowDifference(
            .step(step.id), .added, callers: .compatible("it does \(step.id), too"),
            runs: .compatible("a run in flight does \(step.id), too"))
    }

    private func removed(_ step: Step) -> WorkflowDifference {
        WorkflowDifference(
            .step(step.id), .removed, callers: .compatible("it doesn't do \(step.id) any more"),
            runs: .breaking("step \(step.id) is gone: a run in flight can't go on from it"))
    }

    private func renamed(_ old: Step, _ new: Step) -> WorkflowDifference {
        WorkflowDifference(
            .step(new.id), .renamed, old: old.id.description, new: new.id.description,
            callers: .compatible("step \(old.id) is called \(new.id) now"),
            runs: .breaking("step \(old.id) is called \(new.id) now: what a run in flight did in it is not found"))
    }

    private func movedStep(_ step: Step) -> WorkflowDifference {
        let effect = Effect.cosmetic("step \(step.id) stands in another place of the file")
        return WorkflowDifference(.step(step.id), .moved, callers: effect, runs: effect)
    }

    /// The new places of the steps that moved.
    private var movedPlaces: Set<Int> {
        var places: Set<Int> = []
        for change in changes where change.kind == .moved {
            guard let path = change.newPath, path.elements.count == 2, path.elements[0] == .key("steps"),
                case .item(let place, _) = path.elements[1]
            else { continue }
            places.formUnion(place..<(place + change.count))
        }
        return places
    }
}

/// The keys in which each step changed, by the step's place.
private struct TouchedKeys {
    private var old: [Int: Set<String>] = [:]
    private var new: [Int: Set<String>] = [:]

    init(_ changes: [Change]) {
        for change in changes {
            Self.note(change.oldPath, in: &old)
            Self.note(change.newPath, in: &new)
        }
    }

    private static func note(_ path: DocumentPath?, in places: inout [Int: Set<String>]) {
        guard let elements = path?.elements, elements.count > 2, elements[0] == .key("steps"),
            case .item(let place, _) = elements[1], case .key(let key) = elements[2]
        else { return }
        places[place, default: []].insert(key)
    }

    func keys(old oldPlace: Int, new newPlace: Int) -> Set<String> {
        (old[oldPlace] ?? []).union(new[newPlace] ?? [])
    }
}
