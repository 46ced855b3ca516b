internal import GitStore
internal import WorkflowLanguage

/// Walks through the states of a definition from the newest to the oldest.
///
/// A version that can't be read is passed over: the next one that can is what changed all of it. The walk ends where the
/// workflow was made.
struct StateTrail {
    /// A state and the version that made it; nil for a file that is in no commit.
    struct Stop {
        var version: WorkflowVersion?
        var state: DefinitionState
    }

    private let repository: WorkflowRepository
    /// Newest last.
    private var versions: ArraySlice<WorkflowVersion>
    private var pending: Stop?
    private var hasStarted = false
    private var latest: (blob: BlobID, state: DefinitionState)?

    /// The states of versions, oldest first, below that of a file in the work tree where there is one.
    init(_ repository: WorkflowRepository, versions: [WorkflowVersion], above: DefinitionState? = nil) {
        self.repository = repository
        self.versions = versions[...]
        pending = above.map { Stop(version: nil, state: $0) }
    }

    /// The next older state; nil at the end.
    mutating func next() throws -> Stop? {
        if let pending {
            self.pending = nil
            hasStarted = true
            return pending
        }
        while let version = versions.popLast() {
            guard let file = version.file else {
                // Of a workflow that is gone, what was there last is the newest state.
                guard !hasStarted else { return end() }
                continue
            }
            if let state = try state(of: file) { return Stop(version: version, state: state) }
        }
        return nil
    }

    private mutating func end() -> Stop? {
        versions = []
        return nil
    }

    private mutating func state(of file: WorkflowFile) throws -> DefinitionState? {
        if let latest, latest.blob == file.blob { return latest.state }
        guard file.mode.isRegularFile, let state = DefinitionState(try repository.definition(file), name: file.path)
        else { return nil }
        latest = (file.blob, state)
        hasStarted = true
        return state
    }
}
