internal import DocumentTree
internal import GitStore
public import WorkflowLanguage

/// A version in the history of one step.
public struct StepVersion: Hashable, Sendable {
    /// What the version did to the step.
    public enum Change: Hashable, Sendable {
        case added, changed, removed
        /// It was called otherwise before; whatever else the version changed in it.
        case renamed(from: String)
    }

    /// The version.
    public let entry: LogEntry
    /// What the step is called after the version; before it, where it was removed.
    public let step: String
    /// What the version did.
    public let change: Change
}

extension WorkflowRepository {
    /// The versions that changed what one step means, or its name, newest first.
    ///
    /// - Parameters:
    ///   - step: The step's id; in the newest version that has a step of that name.
    ///   - limit: The most versions; nil for all.
    ///   - filter: Which versions count.
    /// - Throws: `unknownWorkflow`, or `unknownRevision` where no version has such a step.
    public func stepHistory(
        _ step: String, of name: WorkflowName, limit: Int? = nil, matching filter: LogFilter = LogFilter()
    ) throws -> [StepVersion] {
        let tip = try tip()
        let versions = try versions(of: name, from: tip)
        guard !versions.isEmpty else {
            throw try unknown(name, in: repository.links(of: tip).tree, where: "in the history of HEAD")
        }
        var trail = StateTrail(self, versions: versions)
        var walk = StepWalk(step)
        var reader = LogReader(self)
        var found: [StepVersion] = []
        var current = try trail.next()
        let newest = current?.state
        while let stop = current, found.count < limit ?? .max {
            let older = try trail.next()
            if let (name, change) = walk.change(from: older?.state, to: stop.state), let version = stop.version,
                let entry = try reader.entry(version, matching: filter)
            {
                found.append(StepVersion(entry: entry, step: name, change: change))
            }
            current = older
        }
        guard walk.hasFound || limit == 0 else { throw Self.unknownStep(step, of: name, in: newest) }
        return found
    }

    private static func unknownStep(_ step: String, of name: WorkflowName, in state: DefinitionState?) -> HistoryError {
        let ids = state?.steps.map(\.id) ?? []
        let nearest = NearestName.nearest(to: step, among: ids)
        let list = ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
        return HistoryError(
            .unknownRevision, "\(name): \(step)", "no version has a step of that name",
            hint: nearest.map { "did you mean \($0)?" } ?? "the steps are \(list)")
    }
}

/// Follows one step from the newest state to the oldest.
private struct StepWalk {
    /// What the step is called in the state that the walk is at, or was when it came into being.
    private var name: String
    /// Whether some state had the step.
    private(set) var hasFound = false

    init(_ name: String) { self.name = name }

    /// What became of the step between two states that follow each other, and what it is called after it; nil where
    /// nothing did.
    mutating func change(
        from older: DefinitionState?, to newer: DefinitionState
    ) -> (name: String, change: StepVersion.Change)? {
        guard let place = newer.steps.firstIndex(where: { $0.id == name }) else {
            guard let older, older.steps.contains(where: { $0.id == name }) else { return nil }
            hasFound = true
            return (name, .removed)
        }
        hasFound = true
        guard let older else { return (name, .added) }
        let comparison = StateComparison(older: older, newer: newer)
        guard let olderPlace = comparison.olderPlaces[place] else { return (name, .added) }
        let newName = name
        name = older.steps[olderPlace].id
        if name != newName { return (newName, .renamed(from: name)) }
        return comparison.isSame(step: place) ? nil : (newName, .changed)
    }
}
