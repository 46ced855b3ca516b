public import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// The versions of a workflow with what is known of their commits, newest first.
    ///
    /// - Parameters:
    ///   - tip: the end of the history; HEAD where nil.
    ///   - limit: the most entries; nil for all.
    ///   - filter: which of them.
    /// - Throws: `unknownWorkflow` where the name never was in that history.
    public func log(
        of name: WorkflowName, from tip: CommitID? = nil, limit: Int? = nil, matching filter: LogFilter = LogFilter()
    ) throws -> [LogEntry] {
        let tip = try tip ?? self.tip()
        let versions = try versions(of: name, from: tip)
        guard !versions.isEmpty else {
            throw try unknown(name, in: repository.links(of: tip).tree, where: "in the history of HEAD")
        }
        return try entries(versions.reversed(), limit: limit, matching: filter)
    }

    /// The versions of every workflow, newest first.
    public func log(
        from tip: CommitID? = nil, limit: Int? = nil, matching filter: LogFilter = LogFilter()
    ) throws -> [LogEntry] {
        let versions = try versions(from: tip ?? self.tip(), limit: filter.takesAll ? limit : nil)
        return try entries(versions, limit: limit, matching: filter)
    }

    /// A version with what its commit says.
    public func entry(_ version: WorkflowVersion) throws -> LogEntry {
        var reader = LogReader(self)
        return try reader.entry(version)
    }

    private func entries(
        _ newestFirst: [WorkflowVersion], limit: Int?, matching filter: LogFilter
    ) throws -> [LogEntry] {
        var reader = LogReader(self)
        var entries: [LogEntry] = []
        for version in newestFirst where entries.count < limit ?? .max {
            if let entry = try reader.entry(version, matching: filter) { entries.append(entry) }
        }
        try reader.keepAnswers()
        return entries
    }
}
