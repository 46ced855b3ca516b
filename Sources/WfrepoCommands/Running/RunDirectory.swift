import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Finds runs, wherever they are: in flight in the journal, or recorded in git, by this clone or another one.
struct RunDirectory {
    let session: RunSession

    private var reader: RecordReader { RecordReader(session.repository) }

    /// The run that a person means: an id, the end of one that is unambiguous, or `latest`.
    func run(_ text: String) throws -> RunID {
        if let run = RunID(text) { return run }
        if text == "latest" {
            guard let first = try latest(1, workflow: nil, statuses: []).first else {
                throw CommandFailure("there is no run yet", hint: "Start one: wfrepo run NAME")
            }
            return first.run
        }
        let matching = text.utf8.count >= 4 ? try runs(abbreviated: text.uppercased()) : []
        guard let found = matching.first else {
            throw CommandFailure("there is no run '\(text)'", hint: "List the latest: wfrepo runs list")
        }
        guard matching.count == 1 else {
            throw CommandFailure("'\(text)' means \(matching.count) runs or more", hint: "Give more of the id.")
        }
        return found
    }

    /// The runs whose ids begin or end with a text, some of them where there are many. Without an index only the latest thousand
    /// recorded ones are looked at.
    private func runs(abbreviated text: String) throws -> Set<RunID> {
        func isMeant(_ run: RunID) -> Bool { run.description.hasPrefix(text) || run.description.hasSuffix(text) }
        let inFlight = try session.engine.store.runs(RunQuery(limit: 1000)).map(\.run).filter(isMeant)
        if let index = try session.context.indexAtHand(session.workflows) {
            return try Set(inFlight + index.runs(abbreviated: text))
        }
        return try Set(inFlight + reader.latest(1000).map(\.summary.run).filter(isMeant))
    }

    /// The record of a run, as it stands.
    func record(_ run: RunID) throws -> RunRecord {
        do {
            return try session.engine.store.record(run)
        } catch {
            guard error.code == .unknownRun else { throw error }
            guard let record = try reader.record(of: run) else {
                throw CommandFailure("there is no run \(run)", hint: "List the latest: wfrepo runs list")
            }
            return record
        }
    }

    /// The latest recorded runs that the journal does not have. Without an index only the latest segments are read.
    private func recorded(
        _ limit: Int, workflow: WorkflowName?, statuses: Set<RunStatus>, besides known: Set<RunID>
    ) throws -> [RecordedRun] {
        if let index = try session.context.indexAtHand(session.workflows) {
            let (wanted, isTooMany) = limit.addingReportingOverflow(known.count)
            let query = RecordedRunQuery(
                workflow: workflow, statuses: statuses, limit: isTooMany ? limit : wanted)
            return Array(try index.runs(query).map(\.recorded).filter { !known.contains($0.summary.run) }.prefix(limit))
        }
        return try reader.latest(limit) { summary in
            !known.contains(summary.run) && (workflow.map { $0 == summary.workflow } ?? true)
                && (statuses.isEmpty || statuses.contains(summary.status))
        }
    }

    /// The latest runs, newest first.
    func latest(_ limit: Int, workflow: WorkflowName?, statuses: Set<RunStatus>) throws -> [RunRecord] {
        let inFlight = try session.engine.store.runs(
            RunQuery(workflow: workflow, statuses: Array(statuses), limit: limit))
        let known = Set(inFlight.map(\.run))
        let recorded = try recorded(limit, workflow: workflow, statuses: statuses, besides: known)
        let latest = Set((inFlight.map(\.run) + recorded.map(\.summary.run)).sorted(by: >).prefix(limit))
        // A record costs reading git: only of what is listed.
        let records = try reader.records(of: recorded.filter { latest.contains($0.summary.run) })
        return (inFlight.filter { latest.contains($0.run) } + records).sorted { $0.run > $1.run }
    }
}
