import DocumentTree
import StructuralDiff

/// Compares what callers give to a workflow.
struct InputComparison {
    private(set) var differences: [WorkflowDifference] = []

    init(old: [Input], new: [Input], changes: [Change]) {
        let renames = Self.renames(changes)
        let oldByName = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let renamedFrom = Dictionary(renames.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        var kept: Set<String> = []
        for input in new {
            if let before = oldByName[input.name] {
                kept.insert(before.name)
                differences += InputPair(old: before, new: input).differences
            } else if let before = renamedFrom[input.name].flatMap({ oldByName[$0] }) {
                kept.insert(before.name)
                rename(before, input)
                differences += InputPair(old: before, new: input).differences
            } else {
                add(input)
            }
        }
        for input in old where !kept.contains(input.name) {
            differences.append(
                WorkflowDifference(
                    .input(input.name), .removed,
                    callers: .breaking("input \(input.name) is gone: a caller that gives it is refused")))
        }
    }

    /// The new names of renamed inputs by their old ones.
    private static func renames(_ changes: [Change]) -> [String: String] {
        var names: [String: String] = [:]
        for change in changes where change.kind == .renamed {
            guard let path = change.oldPath, path.elements.count == 2, path.elements[0] == .key("inputs"),
                let old = change.old?.string, let new = change.new?.string
            else { continue }
            names[old] = new
        }
        return names
    }

    private mutating func add(_ input: Input) {
        differences.append(
            input.mustBeGiven
                ? WorkflowDifference(
                    .input(input.name), .added, callers: .breaking("input \(input.name) is required now"),
                    runs: .breaking("a run in flight has no value for input \(input.name)"))
                : WorkflowDifference(
                    .input(input.name), .added, callers: .compatible("input \(input.name) may be given now")))
    }

    private mutating func rename(_ old: Input, _ new: Input) {
        // Names are compared without regard to case when inputs are given.
        let isSame = old.name.lowercased() == new.name.lowercased()
        differences.append(
            WorkflowDifference(
                .input(new.name), .renamed, old: old.name, new: new.name,
                callers: isSame
                    ? .cosmetic("input \(new.name) is written in another case")
                    : .breaking("input \(old.name) is called \(new.name) now"),
                runs: isSame ? nil : .breaking("a run in flight has its value under \(old.name)")))
    }

}

extension Input {
    /// Whether a run can't start without it.
    var mustBeGiven: Bool { isRequired && defaultValue == nil }
}

/// Compares the credentials that a workflow may read.
struct SecretComparison {
    let differences: [WorkflowDifference]

    init(old: [SecretDeclaration], new: [SecretDeclaration]) {
        let before = Dictionary(old.map { ($0.name, $0.provider) }, uniquingKeysWith: { first, _ in first })
        let after = Set(new.map(\.name))
        differences =
            new.filter { before[$0.name] != $0.provider }.map { secret in
                let isNew = before[secret.name] == nil
                let effect = Effect.breaking(
                    isNew
                        ? "the secret \(secret.name) must be there now"
                        : "the secret \(secret.name) comes from elsewhere")
                return WorkflowDifference(
                    .secret(secret.name), isNew ? .added : .changed, callers: effect, runs: effect)
            }
            + old.filter { !after.contains($0.name) }.map { secret in
                WorkflowDifference(
                    .secret(secret.name), .removed,
                    callers: .compatible("the secret \(secret.name) is not read any more"))
            }
    }
}
