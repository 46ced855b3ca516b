internal import GitStore
internal import WorkflowLanguage

extension WorkflowRepository {
    /// Finds the state of a workflow that a revision names.
    ///
    /// - Throws: `unknownWorkflow` or `unknownRevision` with the nearest name or the way out; `notAFile`; `unborn` (a
    ///   `GitError`) in a repository without commits.
    public func resolve(_ spec: RevisionSpec) throws -> ResolvedRevision {
        let tip = try tip(for: spec)
        switch spec.selector {
        case .tip: return try resolve(spec, at: tip, tip: tip)
        case .worktree: return try resolveWorktree(spec, tip: tip)
        case .commit(let text): return try resolve(spec, at: commit(named: text, of: spec), tip: tip)
        case .version, .time: return try resolve(spec, version: version(spec, from: tip), from: tip)
        }
    }

    /// HEAD's commit. Where there is none yet, a file that stands there is what somebody wants saved first.
    private func tip(for spec: RevisionSpec) throws -> CommitID {
        do throws(GitError) {
            return try tip()
        } catch {
            guard error.code == .unborn, try worktreeDefinition(of: spec.name) != nil else { throw error }
            throw GitError(
                .unborn, "read", spec.description,
                "the branch has no commit yet, and what is shown or run stands on one",
                hint: "save the first version: wfrepo commit \(spec.name)")
        }
    }

    /// The version that `@v7` or a date names; it may be a deletion.
    func version(_ spec: RevisionSpec, from tip: CommitID) throws -> WorkflowVersion {
        let versions = try versions(of: spec.name, from: tip)
        guard let last = versions.last else {
            throw try unknown(spec.name, in: repository.links(of: tip).tree, where: "in the history of HEAD")
        }
        switch spec.selector {
        case .version(let number):
            guard last.number != nil else {
                throw HistoryError(
                    .unknownRevision, spec.description, "the numbers of versions are unknown in a shallow clone",
                    hint: "fetch the whole history: git fetch --unshallow, or name a commit: \(spec.name)@<sha>")
            }
            guard let version = versions.first(where: { $0.number == number }) else {
                throw HistoryError(
                    .unknownRevision, spec.description,
                    "there is no v\(number): \(spec.name) has v1"
                        + (versions.count > 1 ? " to \(last.label)" : " only"),
                    hint: "list them: wfrepo log \(spec.name)")
            }
            return version
        case .time(let seconds):
            let newer = try commits(after: seconds, from: tip)
            guard let version = versions.last(where: { !newer.contains($0.commit) }) else {
                throw HistoryError(
                    .unknownRevision, spec.description, "the workflow did not exist then",
                    hint: "list its versions: wfrepo log \(spec.name)")
            }
            return version
        case .tip, .commit, .worktree: return last
        }
    }

    private func resolve(_ spec: RevisionSpec, version: WorkflowVersion, from tip: CommitID) throws -> ResolvedRevision
    {
        guard let file = version.file else {
            throw Self.deleted(version, asked: spec, versions: try versions(of: spec.name, from: tip))
        }
        return try resolved(spec, file: file, commit: version.commit, version: version)
    }

    private func resolve(_ spec: RevisionSpec, at commit: CommitID, tip: CommitID) throws -> ResolvedRevision {
        let tree = try repository.links(of: commit).tree
        if let file = try file(of: spec.name, in: tree) {
            return try resolved(spec, file: file, commit: commit, version: currentVersion(of: spec.name, at: commit))
        }
        // It may have had another name then.
        let versions = try versions(of: spec.name, from: commit == tip ? commit : tip)
        let newer = commit == tip ? [] : try commits(after: commit, from: tip)
        if let newer, let version = versions.last(where: { !newer.contains($0.commit) }) {
            guard version.name != spec.name, let file = try file(of: version.name, in: tree) else {
                throw Self.deleted(version, asked: spec, versions: versions)
            }
            return try resolved(spec, file: file, commit: commit, version: version)
        }
        throw try unknown(spec.name, in: tree, where: commit == tip ? "at HEAD" : "in \(commit.object.short())")
    }

    private func resolved(
        _ spec: RevisionSpec, file: WorkflowFile, commit: CommitID, version: WorkflowVersion?
    ) throws -> ResolvedRevision {
        guard file.mode.isRegularFile else { throw WorkflowListing.notAFile(file.path, file.mode) }
        return ResolvedRevision(
            spec: spec, name: file.name, path: file.path, commit: commit, tree: try repository.links(of: commit).tree,
            version: version, mode: file.mode, blob: file.blob, bytes: try definition(file), isWorktree: false)
    }

    private func resolveWorktree(_ spec: RevisionSpec, tip: CommitID) throws -> ResolvedRevision {
        let tree = try repository.links(of: tip).tree
        let file = try worktreeFile(of: spec.name)
        guard let file else { throw try unknown(spec.name, in: tree, where: "in the work tree") }
        return ResolvedRevision(
            spec: spec, name: spec.name, path: file.path, commit: tip, tree: tree, version: nil, mode: file.mode,
            blob: BlobID(try Repository.hash(.blob, file.bytes)), bytes: file.bytes, isWorktree: true)
    }

    func commit(named text: String, of spec: RevisionSpec) throws -> CommitID {
        do {
            return try repository.commit(named: text)
        } catch let error {
            guard [.notFound, .ambiguous, .invalidName, .invalid].contains(error.code) else { throw error }
            throw HistoryError(
                .unknownRevision, spec.description,
                error.code == .ambiguous ? "that id fits several objects" : "git knows no commit \(text)",
                hint: "list the versions: wfrepo log \(spec.name)")
        }
    }

    /// The first-parent commits of `tip` that are newer than `commit`; nil where `commit` is not among them.
    private func commits(after commit: CommitID, from tip: CommitID) throws -> Set<CommitID>? {
        var newer: Set<CommitID> = []
        var current: CommitID? = tip
        while let id = current {
            if id == commit { return newer }
            newer.insert(id)
            current = try repository.firstParent(of: id)
        }
        return nil
    }

    /// The first-parent commits of `tip` down to the first one that was committed at that time or before.
    private func commits(after seconds: Int, from tip: CommitID) throws -> Set<CommitID> {
        var newer: Set<CommitID> = []
        var current: CommitID? = tip
        while let id = current, try repository.links(of: id).seconds > seconds {
            newer.insert(id)
            current = try repository.firstParent(of: id)
        }
        return newer
    }

    private static func deleted(
        _ version: WorkflowVersion, asked spec: RevisionSpec, versions: [WorkflowVersion]
    ) -> HistoryError {
        let last = versions.last { $0.file != nil && $0.number ?? 0 <= version.number ?? .max }
        let label = last.map { $0.number == nil ? $0.commit.description : $0.label }
        if case .deleted(movedTo: let target?) = version.change {
            return HistoryError(
                .unknownRevision, spec.description, "\(version.label) moved it to \(target)",
                hint: "use that name: \(target)")
        }
        return HistoryError(
            .unknownRevision, spec.description, "the workflow was deleted in \(version.label)",
            hint: label.map {
                "use \(spec.name)@\($0), or bring it back: wfrepo rollback \(spec.name) --to \($0) --reason TEXT"
            })
    }
}

extension Repository {
    /// The first parent; nil at a root and at the edge of a shallow clone.
    func firstParent(of commit: CommitID) throws(GitError) -> CommitID? {
        guard let parent = try links(of: commit).parents.first else { return nil }
        return isShallow && !exists(parent.object) ? nil : parent
    }
}
