/// One difference between two versions of a workflow, in the workflow's own terms.
public struct WorkflowDifference: Hashable, Sendable {
    /// What differs.
    public enum Subject: Hashable, Sendable {
        /// A key of the workflow itself.
        case workflow
        case input(String)
        case secret(String)
        case trigger(Trigger.Event)
        case step(StepID)
        case dependency(StepDependency)
    }

    /// In what way.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case added, removed, renamed, changed, moved
    }

    /// What differs, by its new name.
    public var subject: Subject
    /// In what way: of the subject, or of its ``key`` where there is one.
    public var kind: Kind
    /// The key of the subject that differs (`retry.max-attempts`); nil where it is the subject as a whole.
    public var key: String?
    /// What was there, where a few words say it; the old name where ``kind`` is `renamed`.
    public var old: String?
    /// What is there now, where a few words say it.
    public var new: String?
    /// What it means for those who start the workflow; nil where it doesn't concern them.
    public var callers: Effect?
    /// What it means for runs in flight; nil where it doesn't concern them.
    public var runs: Effect?

    init(
        _ subject: Subject, _ kind: Kind, key: String? = nil, old: String? = nil, new: String? = nil,
        callers: Effect? = nil, runs: Effect? = nil
    ) {
        self.subject = subject
        self.kind = kind
        self.key = key
        self.old = old
        self.new = new
        self.callers = callers
        self.runs = runs
    }

    /// What it means for an audience; nil where it doesn't concern it.
    public func effect(for audience: Audience) -> Effect? {
        switch audience {
        case .callers: callers
        case .runs: runs
        }
    }

    /// A value that is written differently and means the same.
    static func sameMeaning(_ subject: Subject, key: String) -> WorkflowDifference {
        let effect = Effect.cosmetic("\(key) is written differently and means the same")
        return WorkflowDifference(subject, .changed, key: key, callers: effect, runs: effect)
    }
}

/// An edge of a workflow's graph: a step that waits for another one.
public struct StepDependency: Hashable, Sendable {
    /// The step that waits.
    public var step: StepID
    /// The step that it waits for.
    public var needs: StepID
    /// Whether `needs:` says so; else it follows from the order of the steps.
    public var isWritten: Bool
}
