import DocumentTree
import WorkflowEngine
import WorkflowRecords

/// A run as a list shows it.
struct ListedRun {
    let run: RunID
    let status: RunStatus
    /// The version that ran, with the workflow's name.
    let versionLabel: String
    /// When it began, or else when it was submitted.
    let time: Timestamp
    let duration: Duration?
    /// What started it.
    let trigger: String

    init(_ record: RunRecord) {
        run = record.run
        status = record.status
        versionLabel = record.versionLabel
        time = record.started ?? record.queued
        duration = record.duration
        trigger = record.trigger.event
    }

    /// What the index has is all that a list shows.
    init(_ overview: RunOverview) {
        let summary = overview.recorded.summary
        run = overview.run
        status = summary.status
        versionLabel = summary.version.label(of: summary.workflow, at: overview.commit)
        time = overview.started ?? overview.queued
        duration = overview.duration
        trigger = summary.trigger
    }

    /// What scripts learn.
    var summary: Value {
        [
            "run": .string(run.description), "version": .string(versionLabel), "status": .string(status.rawValue),
            "started": .string("\(time)"), "duration_ms": Value(duration?.wholeMilliseconds),
            "trigger": .string(trigger),
        ]
    }
}
