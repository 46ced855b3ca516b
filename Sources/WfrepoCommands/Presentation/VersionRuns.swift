import DocumentTree
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// How the runs of versions went, for the log and for `show`.
///
/// Runs are counted by the name, the number and the file that they ran under: a workflow that was renamed keeps its numbers, and another
/// branch has other versions of the same ones.
struct VersionRuns {
    private let index: RecordIndex
    private var totals: [WorkflowName: [Int: RunTotals]] = [:]

    init(_ index: RecordIndex) { self.index = index }

    /// The sums of a version's runs; nil where it never ran, or has no number.
    mutating func totals(of version: WorkflowVersion) throws -> RunTotals? {
        guard let number = version.number else { return nil }
        if totals[version.name] == nil {
            let found = try index.totalsByVersion(DayRange(first: 0, last: .max >> 32), of: version.name)
            totals[version.name] = [:]
            for ran in found where ran.isOnHistory {
                if case .number(let number) = ran.version { totals[version.name]?[number] = ran.totals }
            }
        }
        return totals[version.name]?[number]
    }

    /// The sums of the runs of a version and of all later ones, whatever the workflow was called; nil where it has no number.
    mutating func totals(since version: WorkflowVersion, calledLater names: Set<WorkflowName>) throws -> RunTotals? {
        guard let number = version.number else { return nil }
        var sum = RunTotals()
        for name in names.union([version.name]) {
            _ = try totals(of: WorkflowVersion(number: number, like: version, called: name))
            for (later, totals) in totals[name] ?? [:] where later >= number { sum.add(totals) }
        }
        return sum
    }

    /// The latest runs of a version, the latest first.
    func latest(_ limit: Int, of version: WorkflowVersion) throws -> [RunOverview] {
        guard let number = version.number, let file = version.file else { return [] }
        return try index.runs(
            RecordedRunQuery(workflow: version.name, version: number, definition: file.blob, limit: limit))
    }
}

extension WorkflowVersion {
    fileprivate init(number: Int, like other: WorkflowVersion, called name: WorkflowName) {
        self.init(
            number: number, commit: other.commit, name: name, change: other.change, file: other.file,
            previous: other.previous)
    }
}

extension RunTotals {
    fileprivate mutating func add(_ other: RunTotals) {
        runs += other.runs
        succeeded += other.succeeded
        cancelled += other.cancelled
        duration += other.duration
        timed += other.timed
    }

    /// In a few words: `12 runs, 91.7 % succeeded`.
    var words: String {
        let rate = successRate.map { ", \(StatisticsReport.Cell.share($0).text) succeeded" } ?? ""
        return "\(runs) run\(runs == 1 ? "" : "s")\(rate)"
    }

    /// What scripts learn.
    var summary: Value {
        [
            "runs": .integer(runs), "succeeded": .integer(succeeded), "failed": .integer(failed),
            "cancelled": .integer(cancelled), "success_rate": StatisticsReport.Cell.share(successRate).value,
            "mean_ms": StatisticsReport.Cell.duration(meanDuration).value,
        ]
    }
}

extension RunOverview {
    /// In one line.
    var words: String {
        [
            run.description, recorded.summary.status.rawValue, "\(started ?? queued)",
            duration?.shortText ?? "", error.map { "\($0.step.map { "\($0): " } ?? "")\($0.error.message)" } ?? "",
        ].filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// What scripts learn.
    var summary: Value {
        [
            "run": .string(run.description), "workflow": .string(recorded.summary.workflow.description),
            "version": .string(recorded.summary.version.description),
            "status": .string(recorded.summary.status.rawValue),
            "started": Value((started ?? queued).description),
            "duration_ms": StatisticsReport.Cell.duration(duration?.wholeMilliseconds).value,
            "step": Value(error?.step?.description), "error": Value(error?.error.message),
        ]
    }
}

/// How a version's runs went, and the latest of them.
struct VersionResults {
    let totals: RunTotals
    let latest: [RunOverview]

    /// For a person, a line each.
    var lines: [String] { [totals.words] + latest.map { "  \($0.words)" } }

    /// For scripts.
    var summary: Value {
        var summary = totals.summary
        summary["latest"] = .sequence(latest.map(\.summary))
        return summary
    }
}
