internal import GRDB
public import WorkflowLanguage

/// How long steps of a workflow took before.
public struct EarlierDurations: Sendable, Hashable {
    /// The durations of a step that succeeded in earlier runs, in milliseconds, ascending.
    private var samples: [StepID: [Int]]

    /// How many samples there must be before anything is said.
    public static let fewest = 3

    /// Durations, in any order.
    public init(_ samples: [StepID: [Int]] = [:]) {
        self.samples = samples.mapValues { $0.sorted() }
    }

    /// Under which id the durations of a step stand: the items of a step share theirs.
    static func key(of step: StepID) -> StepID {
        step.withoutItem == step ? step : StepID(item: 0, of: step.withoutItem)
    }

    /// The time within which a share (0…1) of the earlier runs of a step ended; nil where there are too few of them.
    ///
    /// Source: the nearest-rank method.
    public func quantile(_ share: Double, of step: StepID) -> Duration? {
        guard let samples = samples[Self.key(of: step)], samples.count >= Self.fewest else { return nil }
        let rank = Int((share * Double(samples.count)).rounded(.up))
        return .milliseconds(samples[min(max(rank, 1), samples.count) - 1])
    }

    /// How long a step still takes that has run for `elapsed`: until the median, or, where it is beyond that, until nine in
    /// ten were over. Nil where there are too few samples, or where it takes longer than those.
    public func remaining(of step: StepID, after elapsed: Duration) -> Duration? {
        guard let median = quantile(0.5, of: step), let late = quantile(0.9, of: step) else { return nil }
        if elapsed < median { return median - elapsed }
        return elapsed < late ? late - elapsed : nil
    }
}

extension StateStore {
    /// How long the steps of a workflow took in its latest runs, as far as the journal has them.
    public func earlierDurations(of workflow: WorkflowName, runs: Int = 30) throws(EngineError) -> EarlierDurations {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT id, ended_at - started_at AS duration FROM steps
                    WHERE run IN (SELECT id FROM runs WHERE workflow = ? ORDER BY id DESC LIMIT ?)
                        AND status = ? AND started_at IS NOT NULL AND ended_at IS NOT NULL
                        AND json_extract(details, '$.cache.run') IS NULL AND json_extract(details, '$.reused_from') IS NULL
                    """,
                arguments: [workflow.description, runs, StepStatus.succeeded.rawValue])
            var samples: [StepID: [Int]] = [:]
            for row in rows {
                guard let id = StepID(row["id"]) else { continue }
                samples[EarlierDurations.key(of: id), default: []].append(row["duration"])
            }
            return EarlierDurations(samples)
        }
    }

    /// The longest that a step took in the latest run of this very definition that succeeded; nil where the journal has none.
    func longestStep(of definition: PinnedDefinition) throws(EngineError) -> Duration? {
        try read { database in
            let run = try Row.fetchOne(
                database,
                sql: """
                    SELECT id, json_extract(header, '$.definition_hash') AS hash FROM runs
                    WHERE workflow = ? AND status = ? ORDER BY id DESC LIMIT 1
                    """,
                arguments: [definition.workflow.description, RunStatus.succeeded.rawValue])
            guard let run, run["hash"] == definition.hash.description else { return nil }
            let longest = try Int.fetchOne(
                database, sql: "SELECT max(ended_at - started_at) FROM steps WHERE run = ?",
                arguments: [run["id"] as String])
            return longest.map { .milliseconds($0) }
        }
    }

    /// The time within which a share (0…1) of the latest runs of a workflow that succeeded ended, as far as the journal has
    /// them; nil where those are fewer than `fewest`. Source: the nearest-rank method.
    public func runDuration(
        quantile share: Double, of workflow: WorkflowName, runs: Int = 100, fewest: Int = 10
    ) throws(EngineError) -> Duration? {
        let samples = try read { database in
            try Int.fetchAll(
                database,
                sql: """
                    SELECT ended_at - started_at FROM runs
                    WHERE workflow = ? AND status = ? AND started_at IS NOT NULL AND ended_at IS NOT NULL
                    ORDER BY id DESC LIMIT ?
                    """,
                arguments: [workflow.description, RunStatus.succeeded.rawValue, runs])
        }.sorted()
        guard samples.count >= max(fewest, 1) else { return nil }
        let rank = Int((share * Double(samples.count)).rounded(.up))
        return .milliseconds(samples[min(max(rank, 1), samples.count) - 1])
    }
}
