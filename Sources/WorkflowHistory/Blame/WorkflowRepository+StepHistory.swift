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
        var reader = LogReader(self)
        var found: [StepVersion] = []
        /// Where the step stands in the state that the walk is at; nil until a state has it.
        var place: Int?
        var newest: DefinitionState?
        func add(_ version: WorkflowVersion?, _ step: String, _ change: StepVersion.Change) throws {
            guard let version, let entry = try reader.entry(version, matching: filter) else { return }
            found.append(StepVersion(entry: entry, step: step, change: change))
        }
        var current = try trail.next()
        newest = current?.state
        while let stop = current, found.count < limit ?? .max {
            let older = try trail.next()
            let comparison = older.map { StateComparison(older: $0.state, newer: stop.state) }
            if place == nil { place = stop.state.steps.firstIndex { $0.id == step } }
            if let here = place {
                let id = stop.state.steps[here].id
                guard let older, let there = comparison?.olderPlaces[here] else {
                    try add(stop.version, id, .added)
                    return found
                }
                let oldID = older.state.steps[there].id
                if oldID != id {
                    try add(stop.version, id, .renamed(from: oldID))
                } else if comparison?.isSame(step: here) == false {
                    try add(stop.version, id, .changed)
                }
                place = there
            } else if let older, older.state.steps.contains(where: { $0.id == step }) {
                try add(stop.version, step, .removed)
            }
            current = older
        }
        guard place != nil || !found.isEmpty else { throw Self.unknownStep(step, of: name, in: newest) }
        return found
    }

    private static func unknownStep(_ step: String, of name: WorkflowName, in state: DefinitionState?) -> HistoryError {
        let ids = state?.steps.map(\.id) ?? []
        let nearest = NearestName.nearest(to: step, among: ids)
        return HistoryError(
            .unknownRevision, "\(name): \(step)", "no version has a step of that name",
            hint: nearest.map { "did you mean \($0)?" } ?? "the steps are \(ids.joined(separator: ", "))")
    }
}
