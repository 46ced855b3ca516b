public import GitStore
internal import WorkflowLanguage

extension WorkflowRepository {
    /// What a commit did to the workflows, compared with its first parent: versions without numbers, by name.
    ///
    /// A root commit created all that it holds; so does, as far as anybody knows, the edge of a shallow clone.
    public func changes(in commit: CommitID) throws -> [WorkflowVersion] {
        let parent = try repository.firstParent(of: commit)
        return try changes(
            in: commit, from: try parent.map { try repository.links(of: $0).tree },
            to: try repository.links(of: commit).tree)
    }

    /// What a push to a branch did to the workflows, all its commits taken together; nothing for other references.
    public func changes(in update: RefUpdate) throws -> [WorkflowVersion] {
        guard update.branch != nil, let new = update.new.map({ CommitID($0) }) else { return [] }
        let before = try start(of: update, tip: new).map { try repository.links(of: $0).tree }
        return try changes(in: new, from: before, to: try repository.links(of: new).tree)
    }

    /// What lies between two trees, of which the later one is a commit's: versions without numbers, by name. They are those
    /// that ``versions(of:from:)`` finds at that commit.
    public func changes(
        in commit: CommitID, from parentTree: TreeID?, to tree: TreeID
    ) throws -> [WorkflowVersion] {
        let found = try folderChanges(from: parentTree, to: tree)
        let hasMoves = found.contains { $0.old == nil } && found.contains { $0.new == nil }
        let moves =
            try hasMoves && parentTree != nil
            ? MoveDetection(repository: self).sources(
                of: found.compactMap { $0.old == nil ? $0.new : nil },
                among: found.compactMap { $0.new == nil ? $0.old : nil }, in: commit)
            : [:]
        let targets = Dictionary(moves.map { ($0.value.name, $0.key) }, uniquingKeysWith: { first, _ in first })
        return try found.compactMap { change in
            guard let change = try deciding(change, from: parentTree, to: tree) else { return nil }
            let source = moves[change.name]
            return WorkflowVersion(
                number: nil, commit: commit, name: change.name,
                change: Self.kind(of: change, source: source, target: targets[change.name]), file: change.new,
                previous: change.old ?? source)
        }
    }

    private static func kind(of change: FolderChange, source: WorkflowFile?, target: WorkflowName?) -> VersionChange {
        guard let new = change.new else { return .deleted(movedTo: target) }
        if let source { return .renamed(from: source.name) }
        guard let old = change.old else { return .created }
        return old.path == new.path ? .changed : .renamed(from: change.name)
    }

    /// Where both extensions stand for a name, `.yaml` counts; a change of the other file is none of the workflow.
    private func deciding(_ change: FolderChange, from old: TreeID?, to new: TreeID) throws -> FolderChange? {
        let paths = [change.old?.path, change.new?.path]
        guard paths.contains(change.name.shortPath) else { return change }
        var decided = change
        decided.old = try old.flatMap { try quickFile(of: change.name, in: folder(of: $0)) }
        decided.new = try quickFile(of: change.name, in: folder(of: new))
        return decided.old == decided.new ? nil : decided
    }

    /// The tree of `workflows/`; nil where there is none.
    func folder(of tree: TreeID) throws -> TreeID? {
        try repository.entry(at: Self.folder, in: tree).flatMap { $0.mode == .tree ? TreeID($0.id) : nil }
    }
}

extension WorkflowVersion {
    /// What the version did, as far as the trees and the commit's message tell: a change of layout alone counts as changed.
    public func kind(saidBy commit: Commit) -> LogEntry.Kind {
        let trailers = commit.trailers.filter {
            $0.value.prefix { $0 != "@" && $0 != " " } == name.description
        }
        if trailers.contains(where: { $0.key == RollbackPlan.trailer }) { return .rolledBack }
        if trailers.contains(where: { $0.key == RevertPlan.trailer }) { return .reverted }
        switch change {
        case .created: return .created
        case .changed: return .changed
        case .renamed: return .renamed
        case .deleted: return .deleted
        }
    }
}
