internal import DocumentTree
internal import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// How the definitions of the work tree stand beside the last commit.
    ///
    /// - Parameters:
    ///   - dormant: the kinds of trigger that nothing can fire yet.
    public func status(dormant: Set<Trigger.Event> = []) throws -> WorkflowStatus {
        let base = try base()
        let committed = try workflows(in: base.tree)
        var names = Set(committed.files.map(\.name))
        var changes: [WorkflowStatus.Change] = []
        var problems = committed.problems
        var ignored: [String] = []
        if repository.workTree != nil {
            let differing = try differingFiles()
            ignored = differing.ignored
            for status in differing.files {
                let change = try change(status)
                changes.append(change)
                problems += WorkflowListing([(status.path, .blob, .zero)]).problems
                guard let name = change.name else { continue }
                // What is in conflict may be gone on both sides.
                let isGone = try change.kind == .deleted || change.kind == .conflicted && isMissing(status.path)
                if isGone { names.remove(name) } else { names.insert(name) }
            }
        }
        return WorkflowStatus(
            branch: base.branch, tip: base.tip, state: repository.state, count: names.count, changes: changes,
            ignored: ignored, problems: problems,
            dormantTriggers: try DormantTriggers(workflows: self, events: dormant).found(
                in: names.sorted(), changed: Set(changes.compactMap(\.name)), base: base))
    }

    /// What of ours differs in the work tree from the last commit or from the index.
    struct ChangedFiles {
        var names: [WorkflowName]
        /// Files that are no workflows.
        var paths: [String]
        /// Files that look like definitions and can't be.
        var problems: [DefinitionProblem]
        /// Definitions that git does not know and that its ignore rules hide.
        var ignored: [String]
    }

    /// The workflows and other files of ours whose work tree content differs from the last commit or from the index.
    func changedDefinitions() throws -> ChangedFiles {
        let (files, ignored) = try differingFiles()
        let paths = files.map(\.path)
        let present = files.filter { $0.unstaged != .removed && ($0.staged != .removed || $0.unstaged != nil) }
        return ChangedFiles(
            names: Set(paths.compactMap { WorkflowName(path: $0) }).sorted(),
            paths: paths.filter { !Self.isInWorkflows($0) },
            problems: present.filter { Self.isInWorkflows($0.path) }
                .flatMap { WorkflowListing([($0.path, .blob, .zero)]).problems },
            ignored: ignored)
    }

    /// The files of ours that differ, and the paths of definitions that would if no ignore rule hid them.
    ///
    /// - Throws: `bare`.
    private func differingFiles() throws -> (files: [FileStatus], ignored: [String]) {
        _ = try WorkTree(of: repository)
        let found = try repository.status(
            of: [Self.folder, Self.settingsPath, WorkflowName.kindFolder], ignoredIn: [Self.folder]
        ).filter {
            !Self.isInWorkflows($0.path) || $0.path.hasSuffix(".yaml") || $0.path.hasSuffix(".yml")
        }
        let ignored = found.filter { $0.unstaged == .ignored && WorkflowName(path: $0.path) != nil }
        return (found.filter { $0.unstaged != .ignored }, ignored.map(\.path))
    }

    private static func isInWorkflows(_ path: String) -> Bool { path.hasPrefix(folder + "/") }

    private func isMissing(_ path: String) throws -> Bool {
        do {
            return try worktreeFile(at: path) == nil
        } catch is HistoryError {
            return false
        }
    }

    private func change(_ status: FileStatus) throws -> WorkflowStatus.Change {
        let name = WorkflowName(path: status.path)
        let kind: WorkflowStatus.Change.Kind =
            switch (status.staged, status.unstaged) {
            case (.conflicted, _), (_, .conflicted): .conflicted
            case (.added, .removed): .deleted
            case (_, .removed), (.removed, nil): .deleted
            case (.added, _), (nil, .untracked): .new
            default: .changed
            }
        var problems: [DefinitionProblem] = []
        if kind != .deleted, let name {
            do {
                let file = try worktreeFile(at: status.path)
                problems = file.map { DefinitionCheck.faults(of: name, at: status.path, $0.bytes) } ?? []
                let other = status.path == name.path ? name.shortPath : name.path
                if file != nil, try worktreeFile(at: other) != nil {
                    throw WorkflowListing.doubled(name, remove: "rm")
                }
            } catch let error as HistoryError {
                problems = [DefinitionProblem(path: status.path, message: error.reason, hint: error.hint)]
            }
        }
        return WorkflowStatus.Change(
            path: status.path, name: name, kind: kind, isStaged: status.staged != nil, problems: problems)
    }
}
