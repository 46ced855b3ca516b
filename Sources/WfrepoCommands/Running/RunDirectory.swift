import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Finds runs, wherever they are: in flight in the journal, or recorded in git, by this clone or another one.
struct RunDirectory {
    let session: RunSession

    /// So many of the latest runs are looked at where there is no index.
    private static let mostRead = 1000

    private var reader: RecordReader { RecordReader(session.repository) }

    /// The run that a person means: an id, the end of one that is unambiguous, or `latest`, which no run has called.
    func run(_ text: String) throws -> RunID {
        if let run = RunID(text) { return run }
        if text == "latest" {
            guard let first = try listed(1, workflow: nil, statuses: []).first else {
                throw CommandFailure("there is no run yet", hint: "start one: wfrepo run NAME")
            }
            return try outermost(first)
        }
        let matching = text.utf8.count >= 4 ? try runs(abbreviated: text.uppercased()) : []
        guard let found = matching.first else {
            throw CommandFailure("there is no run '\(text)'", hint: "list the latest: wfrepo runs list")
        }
        guard matching.count == 1 else {
            throw CommandFailure("'\(text)' means \(matching.count) runs or more", hint: "give more of the id")
        }
        return found
    }

    /// The run that began what this one is part of. The ids of runs that call each other have the same time, and no order.
    private func outermost(_ listed: ListedRun) throws -> RunID {
        guard listed.trigger == RunTrigger.call else { return listed.run }
        var run = listed.run
        for _ in 0..<CallCheck.maximumDepth {
            // The record of who called it may have been dropped.
            guard let caller = try record(run).trigger.caller, let above = try? record(caller) else { break }
            run = above.run
        }
        return run
    }

    /// The runs whose ids begin or end with a text, some of them where there are many. Without an index only the latest thousand
    /// recorded ones are looked at.
    private func runs(abbreviated text: String) throws -> Set<RunID> {
        func isMeant(_ run: RunID) -> Bool { run.description.hasPrefix(text) || run.description.hasSuffix(text) }
        let inFlight = try session.engine.store.runs(RunQuery(limit: Self.mostRead, withSteps: false)).map(\.run)
            .filter(isMeant)
        if let index = try session.context.indexAtHand(session.workflows) {
            return try Set(inFlight + index.runs(abbreviated: text))
        }
        return try Set(inFlight + reader.latest(Self.mostRead).map(\.summary.run).filter(isMeant))
    }

    /// The record of a run, as it stands.
    func record(_ run: RunID) throws -> RunRecord {
        do {
            return try session.engine.store.record(run)
        } catch {
            guard error.code == .unknownRun else { throw error }
            guard let record = try reader.record(of: run) else {
                throw CommandFailure("there is no run \(run)", hint: "list the latest: wfrepo runs list")
            }
            return record
        }
    }

    /// A run, and who has it.
    private enum Found {
        case inJournal(RunRecord)
        case inIndex(RunOverview)
        case inGit(RecordedRun)

        var run: RunID {
            switch self {
            case .inJournal(let record): record.run
            case .inIndex(let overview): overview.run
            case .inGit(let recorded): recorded.summary.run
            }
        }
    }

    /// Gives the latest recorded runs that the journal does not have to `body`. Without an index only the latest segments are read.
    private func forEachRecorded(
        _ limit: Int, workflow: WorkflowName?, statuses: Set<RunStatus>, besides known: Set<RunID>,
        _ body: (Found) throws -> Void
    ) throws {
        if let index = try session.context.indexAtHand(session.workflows) {
            let (wanted, isTooMany) = limit.addingReportingOverflow(known.count)
            let query = RecordedRunQuery(
                workflow: workflow, statuses: statuses, limit: isTooMany ? limit : wanted)
            return try index.forEachRun(query) { if !known.contains($0.run) { try body(.inIndex($0)) } }
        }
        let found = try reader.latest(limit) { summary in
            !known.contains(summary.run) && (workflow.map { $0 == summary.workflow } ?? true)
                && (statuses.isEmpty || statuses.contains(summary.status))
        }
        for run in found.sorted(by: { $0.summary.run > $1.summary.run }) { try body(.inGit(run)) }
    }

    /// Gives the latest runs to `body`, newest first. Few of those that are in git are in memory at a time.
    private func forEach(
        _ limit: Int, workflow: WorkflowName?, statuses: Set<RunStatus>, _ body: (Found) throws -> Void
    ) throws {
        let inJournal = try session.engine.store.runs(
            RunQuery(workflow: workflow, statuses: Array(statuses), limit: limit, withSteps: false))
        let known = Set(inJournal.map(\.run))
        var list = LatestFirst(limit, of: inJournal.map(Found.inJournal), by: \.run)
        try forEachRecorded(limit, workflow: workflow, statuses: statuses, besides: known) {
            try list.give($0, to: body)
        }
        try list.giveRest(to: body)
    }

    /// So many records are read at a time.
    private static let pieceLength = 256

    /// Gives the records of the latest runs to `body`, newest first.
    func forEachRecord(
        _ limit: Int, workflow: WorkflowName?, statuses: Set<RunStatus>, _ body: (RunRecord) throws -> Void
    ) throws {
        var inGit: [RecordedRun] = []
        func read() throws {
            for record in try reader.records(of: inGit) { try body(record) }
            inGit = []
        }
        try forEach(limit, workflow: workflow, statuses: statuses) { found in
            switch found {
            case .inJournal(let known):
                try read()
                // With its steps; it may have been recorded meanwhile.
                return try body(record(known.run))
            case .inIndex(let overview): inGit.append(overview.recorded)
            case .inGit(let run): inGit.append(run)
            }
            if inGit.count == Self.pieceLength { try read() }
        }
        try read()
    }

    /// The latest run of each workflow as a list shows it. Without an index only the latest thousand recorded ones are looked at.
    ///
    /// - Parameter index: nil where there is none yet.
    func latestOfEach(_ index: RecordIndex?) throws -> [WorkflowName: ListedRun] {
        var latest = try index?.latestRuns().mapValues(ListedRun.init) ?? [:]
        func isLater(_ run: RunID, of workflow: WorkflowName) -> Bool { latest[workflow].map { $0.run < run } ?? true }
        if index == nil {
            for run in try reader.latest(Self.mostRead) where isLater(run.summary.run, of: run.summary.workflow) {
                latest[run.summary.workflow] = ListedRun(try reader.record(of: run))
            }
        }
        for record in try session.engine.store.runs(RunQuery(limit: .max, withSteps: false))
        where isLater(record.run, of: record.definition.workflow) {
            latest[record.definition.workflow] = ListedRun(record)
        }
        return latest
    }

    /// The latest runs as a list shows them, newest first. Of those in the index no record is read.
    func listed(_ limit: Int, workflow: WorkflowName?, statuses: Set<RunStatus>) throws -> [ListedRun] {
        var listed: [ListedRun] = []
        try forEach(limit, workflow: workflow, statuses: statuses) { found in
            switch found {
            case .inJournal(let record): listed.append(ListedRun(record))
            case .inIndex(let overview): listed.append(ListedRun(overview))
            case .inGit(let run): listed.append(ListedRun(try reader.record(of: run)))
            }
        }
        return listed
    }
}
