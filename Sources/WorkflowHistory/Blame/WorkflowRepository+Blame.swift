internal import GitStore
internal import WorkflowLanguage

extension WorkflowRepository {
    /// For each top-level field and each step of a definition the version that last changed what it means.
    ///
    /// Layout, comments, the order of keys, and a step's new name with the references that followed are no change of meaning;
    /// what a step waits for is, also where that follows from the order of steps. Renames of steps and of the file are
    /// followed.
    ///
    /// - Returns: The parts in the order of the file.
    /// - Throws: As ``resolve(_:)`` does; `invalidDefinition` for what is no YAML.
    public func blame(_ revision: RevisionSpec) throws -> [BlameLine] {
        let resolved = try resolve(revision)
        guard let state = DefinitionState(resolved.bytes, name: resolved.path) else {
            throw HistoryError(
                .invalidDefinition, resolved.label, "it can't be taken apart, as it is no mapping of YAML",
                hint: "look at it: wfrepo show \(resolved.label)")
        }
        var versions: [WorkflowVersion]
        if let version = resolved.version {
            versions = try self.versions(of: resolved.name, from: resolved.commit)
            if let place = versions.firstIndex(where: { $0.commit == version.commit }) {
                versions = Array(versions[...place])
            }
        } else {
            versions = try self.versions(of: resolved.name, from: resolved.commit)
        }
        var walk = BlameWalk(state)
        try walk.run(StateTrail(self, versions: versions, above: resolved.isWorktree ? state : nil))
        var reader = LogReader(self)
        var entries: [CommitID: LogEntry] = [:]
        return try walk.lines.map { line in
            let version = line.version
            if let version, entries[version.commit] == nil { entries[version.commit] = try reader.entry(version) }
            return BlameLine(
                part: line.part, line: line.line, entry: version.flatMap { entries[$0.commit] }, nameThen: line.nameThen
            )
        }
    }
}

/// Finds the version of each part, from the newest state to the oldest.
private struct BlameWalk {
    struct Line {
        var part: BlameLine.Part
        var line: Int
        var version: WorkflowVersion?
        var nameThen: String?
    }

    private(set) var lines: [Line]
    /// The lines of fields that are still open.
    private var fields: [Int]
    /// The lines of steps that are still open, and where the step stands in the state that the walk is at.
    private var steps: [(line: Int, place: Int)]

    init(_ state: DefinitionState) {
        let parts =
            state.fields.map { (Line(part: .field($0.name), line: $0.line), Int?.none) }
            + state.steps.enumerated().map { (Line(part: .step($0.element.id), line: $0.element.line), $0.offset) }
        let sorted = parts.enumerated().sorted { ($0.element.0.line, $0.offset) < ($1.element.0.line, $1.offset) }
            .map(\.element)
        lines = sorted.map(\.0)
        fields = sorted.indices.filter { sorted[$0].1 == nil }
        steps = sorted.enumerated().compactMap { line, part in part.1.map { (line, $0) } }
    }

    mutating func run(_ trail: StateTrail) throws {
        var trail = trail
        var current = try trail.next()
        while let stop = current, !fields.isEmpty || !steps.isEmpty {
            let older = try trail.next()
            close(stop, older: older?.state)
            current = older
        }
    }

    /// Gives the version to all open parts that the older state hasn't, or has in another meaning.
    private mutating func close(_ stop: StateTrail.Stop, older: DefinitionState?) {
        let comparison = older.map { StateComparison(older: $0, newer: stop.state) }
        fields = fields.filter { index in
            guard case .field(let name) = lines[index].part else { return false }
            if comparison?.isSame(field: name) == true { return true }
            lines[index].version = stop.version
            return false
        }
        steps = steps.compactMap { index, place in
            if let comparison, comparison.isSame(step: place), let olderPlace = comparison.olderPlaces[place] {
                return (index, olderPlace)
            }
            let id = stop.state.steps[place].id
            lines[index].version = stop.version
            lines[index].nameThen = lines[index].part == .step(id) ? nil : id
            return nil
        }
    }
}
