/// What an audit event tells of, as `thing.happened`.
public enum AuditEventKind: String, Hashable, Sendable, CaseIterable {
    // Definitions
    case workflowCreated = "workflow.created"
    case workflowChanged = "workflow.changed"
    case workflowRenamed = "workflow.renamed"
    case workflowDeleted = "workflow.deleted"
    case workflowEnabled = "workflow.enabled"
    case workflowDisabled = "workflow.disabled"
    case workflowRolledBack = "workflow.rolled-back"
    case workflowReverted = "workflow.reverted"
    case workflowValidated = "workflow.validated"
    case workflowRefused = "workflow.refused"
    // Runs
    case runQueued = "run.queued"
    case runStarted = "run.started"
    case runFinished = "run.finished"
    case runPaused = "run.paused"
    case runResumed = "run.resumed"
    case runCancelled = "run.cancelled"
    case runAdopted = "run.adopted"
    case runSignalled = "run.signalled"
    case runRetried = "run.retried"
    // Steps
    case stepFailed = "step.failed"
    case stepRetried = "step.retried"
    case stepSkipped = "step.skipped"
    case stepSet = "step.set"
    case stepAsked = "step.asked"
    case stepCompensated = "step.compensated"
    // Approvals
    case approvalAsked = "approval.asked"
    case approvalGiven = "approval.given"
    case approvalRefused = "approval.refused"
    case approvalLapsed = "approval.lapsed"
    // Triggers
    case triggerFired = "trigger.fired"
    case triggerSkipped = "trigger.skipped"
    case triggerRefused = "trigger.refused"
    // Services
    case circuitReset = "circuit.reset"
    // Secrets
    case secretSet = "secret.set"
    case secretRead = "secret.read"
    case secretRemoved = "secret.removed"
    // Records
    case noteAdded = "note.added"
    case exportMade = "export.made"
    case retentionApplied = "retention.applied"
    case subjectForgotten = "subject.forgotten"
    case trustGiven = "trust.given"
    case trustRemoved = "trust.removed"
    case foreignWriteSeen = "foreign-write.seen"
}

extension AuditEventKind {
    /// What a save does to a workflow.
    public static let ofSaves: Set<AuditEventKind> = [
        .workflowCreated, .workflowChanged, .workflowRenamed, .workflowDeleted, .workflowEnabled, .workflowDisabled,
        .workflowRolledBack, .workflowReverted,
    ]

    /// What happens to a version of a workflow by a commit that is there.
    static let ofVersions = ofSaves.union([.triggerFired, .triggerSkipped, .triggerRefused])
}
