public import GitStore
public import WorkflowEngine

/// Finds what happened within steps. The audit has no lines of that: the records of the runs tell it.
public struct StepEventSearch {
    private let index: RecordIndex
    private let reader: RecordReader

    /// So many runs are looked through; a record takes a fraction of a millisecond.
    private static let mostRuns = 10_000
    private static let page = 500

    /// A search among the records of a repository.
    public init(_ index: RecordIndex, in repository: Repository) {
        self.index = index
        reader = RecordReader(repository)
    }

    /// The events of steps that are asked for by their run or their kinds, those of the latest runs first.
    ///
    /// - Returns: also the time of submission of the first run that was looked at, where there are earlier ones that were not.
    public func events(_ query: AuditQuery) throws -> (found: [StoredEvent], lookedSince: Timestamp?) {
        if let run = query.run {
            return (try index.run(run).map { try events(of: $0, query) } ?? [], nil)
        }
        guard !query.kinds.isDisjoint(with: AuditEventKind.ofSteps) else { return ([], nil) }
        var found: [StoredEvent] = []
        var runs = RecordedRunQuery(
            workflow: query.workflow, before: query.before, endedSince: query.since, limit: Self.page)
        while true {
            let page = try index.runs(runs)
            for run in page where found.count < query.limit { found += try events(of: run, query) }
            if found.count >= query.limit || page.count < Self.page { return (found, nil) }
            runs.offset += Self.page
            if runs.offset >= Self.mostRuns { return (found, page.last?.queued) }
        }
    }

    private func events(of run: RunOverview, _ query: AuditQuery) throws -> [StoredEvent] {
        try AuditEvent.stepEvents(of: reader.record(of: run.recorded)).filter(query.matches)
            .map { StoredEvent($0, toldBy: run.recorded) }
    }
}
