internal import GitStore
internal import WorkflowLanguage

/// The state that a rollback restores.
struct RollbackTarget {
    private let repository: WorkflowRepository
    private let selector: RevisionSelector
    /// The one commit whose state is meant; nil for version numbers, which each workflow counts for itself.
    let commit: CommitID?

    /// What a rollback does to one workflow.
    struct State {
        var name: WorkflowName
        var from: WorkflowVersion?
        var to: WorkflowVersion?
        var change: ContentChange
        /// The versions that are undone.
        var undone: [CommitID]
    }

    init(_ selector: RevisionSelector, in repository: WorkflowRepository) throws {
        self.repository = repository
        self.selector = selector
        switch selector {
        case .version: commit = nil
        case .commit(let text): commit = try Self.commit(named: text, in: repository)
        case .time(let seconds): commit = try Self.commit(at: seconds, selector, in: repository)
        case .tip, .worktree:
            throw HistoryError(
                .unknownRevision, selector == .tip ? "HEAD" : "worktree", "a rollback goes back to an earlier state",
                hint: "--to v5, --to HEAD~3, --to {2026-11-01}")
        }
    }

    /// The state of one workflow to restore, under the name that it has now.
    func state(of name: WorkflowName, base: Base) throws -> State {
        guard let tip = base.tip else {
            throw HistoryError(.unknownWorkflow, name.description, "the branch has no commit yet")
        }
        let versions = try repository.versions(of: name, from: tip)
        if case .deleted(movedTo: let newName?) = versions.last?.change {
            throw HistoryError(
                .unknownWorkflow, name.description, "it is called \(newName) now",
                hint: "roll that back: wfrepo rollback \(newName)")
        }
        guard !versions.isEmpty else {
            throw try repository.unknown(name, in: base.tree, where: "in the history of HEAD", isChange: true)
        }
        let (count, file) = try restored(versions, name: name, tip: tip)
        let current = try repository.file(of: name, in: base.tree)
        let path = current?.path ?? (file?.name == name ? file?.path : nil) ?? name.path
        return State(
            name: name, from: versions.last, to: count > 0 ? versions[count - 1] : nil,
            change: ContentChange(path: path, old: try content(current), new: try content(file)),
            undone: versions[count...].reversed().map(\.commit))
    }

    /// How many of the versions stay in force, and the file to restore.
    private func restored(
        _ versions: [WorkflowVersion], name: WorkflowName, tip: CommitID
    ) throws -> (count: Int, file: WorkflowFile?) {
        guard let commit else {
            let version = try repository.version(RevisionSpec(name: name, selector: selector), from: tip)
            let count = versions.firstIndex(of: version).map { $0 + 1 } ?? versions.count
            return (count, version.file)
        }
        // What the commit's history has of the versions is a beginning of their list.
        var (low, high) = (0, versions.count)
        while low < high {
            let middle = (low + high) / 2
            if try repository.repository.isAncestor(versions[middle].commit, of: commit) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        let nameThen = low > 0 ? versions[low - 1].name : name
        return (low, try repository.file(of: nameThen, in: repository.repository.links(of: commit).tree))
    }

    /// The state of one path, where the whole folder is restored.
    func folderState(_ change: FolderChange, from: WorkflowVersion?, to: WorkflowVersion?) throws -> State {
        State(
            name: change.name, from: from, to: change.new == nil ? nil : to,
            change: ContentChange(
                path: change.old?.path ?? change.new?.path ?? change.name.path, old: try content(change.old),
                new: try content(change.new)),
            undone: [])
    }

    private func content(_ file: WorkflowFile?) throws -> ContentChange.Content? {
        guard let file else { return nil }
        guard file.mode.isRegularFile else { throw WorkflowListing.notAFile(file.path, file.mode) }
        return ContentChange.Content(mode: file.mode, bytes: try repository.definition(file))
    }

    private static func commit(named text: String, in repository: WorkflowRepository) throws -> CommitID {
        do throws(GitError) {
            return try repository.repository.commit(named: text)
        } catch {
            guard [.notFound, .ambiguous, .invalidName, .invalid].contains(error.code) else { throw error }
            throw HistoryError(
                .unknownRevision, text, "git knows no such commit", hint: "versions are v1, v2, …: wfrepo log")
        }
    }

    private static func commit(
        at seconds: Int, _ selector: RevisionSelector, in repository: WorkflowRepository
    ) throws -> CommitID {
        var current: CommitID? = try repository.tip()
        while let commit = current {
            if try repository.repository.links(of: commit).seconds <= seconds { return commit }
            current = try repository.repository.firstParent(of: commit)
        }
        throw HistoryError(
            .unknownRevision, selector.description, "the history does not reach back that far",
            hint: "name a later time, or a commit: --to HEAD~1")
    }
}
