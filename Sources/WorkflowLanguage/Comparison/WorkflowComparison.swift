public import StructuralDiff

/// The comparison of two versions of a workflow in its own terms, on top of the comparison of their documents.
///
/// What is the same step, and what was renamed, is decided by the structural comparison; what a difference means, by the
/// workflows, with their defaults filled in.
public struct WorkflowComparison: Sendable {
    /// What differs: the workflow's keys, inputs, secrets, triggers, then steps and dependencies in the order of the file.
    public let differences: [WorkflowDifference]
    /// Whether the texts differ in layout or comments only.
    public let isLayoutOnly: Bool
    /// The steps of both versions, for drawing.
    let steps: StepPairs

    /// Compares two versions.
    ///
    /// - Parameters:
    ///   - comparison: The comparison of the documents that the workflows were parsed from.
    ///   - old: The version before.
    ///   - new: The version after.
    ///   - names: What the workflow was called and what it is called now, where that differs.
    public init(
        _ comparison: Comparison, old: Workflow, new: Workflow, names: (old: WorkflowName, new: WorkflowName)? = nil
    ) {
        let changes = comparison.changes.changes
        steps = StepPairs(comparison, old: old.steps, new: new.steps)
        differences =
            (names.map { [Self.renaming(from: $0.old, to: $0.new)] } ?? [])
            + SettingComparison(old: old, new: new, changes: changes).differences
            + InputComparison(old: old.inputs, new: new.inputs, changes: changes).differences
            + SecretComparison(old: old.secrets, new: new.secrets).differences
            + TriggerComparison(old: old.triggers, new: new.triggers).differences
            + StepComparison(steps: steps, changes: changes, undoes: new.onFailure == .compensate).differences
            + DependencyComparison(steps: steps).differences
        isLayoutOnly = comparison.changes.isCosmetic
    }

    private init(_ difference: WorkflowDifference) {
        differences = [difference]
        isLayoutOnly = false
        steps = .none
    }

    /// What it means that a workflow was made.
    public static let creation = WorkflowComparison(
        WorkflowDifference(.workflow, .added, callers: .compatible("the workflow is new")))

    /// What it means that a workflow was removed, or has no file of its name any more.
    public static let removal = WorkflowComparison(
        WorkflowDifference(
            .workflow, .removed, callers: .breaking("the workflow is gone"),
            runs: .breaking("the workflow is gone: a run in flight has no new version to go on with")))

    private static func renaming(from old: WorkflowName, to new: WorkflowName) -> WorkflowDifference {
        WorkflowDifference(
            .workflow, .renamed, old: old.description, new: new.description,
            callers: .breaking("the workflow is called \(new) now, \(old) before"),
            runs: .breaking(
                "the workflow is called \(new) now: a run of \(old) in flight has no new version to go on with"))
    }

    /// The greatest impact on an audience; `cosmetic` where nothing concerns it.
    public func impact(for audience: Audience) -> Impact {
        differences.compactMap { $0.effect(for: audience)?.impact }.max() ?? .cosmetic
    }

    /// Why the impact on an audience is what it is: the reasons of the differences that have it, each once.
    public func reasons(for audience: Audience) -> [String] {
        reasons(for: audience, of: impact(for: audience))
    }

    /// The reasons of the differences that have this impact on an audience, each once.
    public func reasons(for audience: Audience, of impact: Impact) -> [String] {
        var seen: Set<String> = []
        return differences.compactMap { $0.effect(for: audience) }.filter { $0.impact == impact }.map(\.reason)
            .filter { seen.insert($0).inserted }
    }

    /// The differences that are edges of the graph.
    public var dependencies: [WorkflowDifference] {
        differences.filter { if case .dependency = $0.subject { true } else { false } }
    }
}
