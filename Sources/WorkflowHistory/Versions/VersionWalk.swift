internal import GitStore
internal import WorkflowLanguage

/// Walks the first-parent history backwards and finds the commits that changed one workflow.
///
/// A step reads the parent commit's links and compares the ids of the `workflows` trees; only where they differ is the
/// workflow's entry looked up, so that most commits cost two small reads.
struct VersionWalk {
    private let repository: WorkflowRepository
    private var name: WorkflowName
    /// Newest first.
    private var found: [WorkflowVersion] = []
    /// Whether the walk came to the edge of a shallow clone.
    private var isCutOff = false

    /// The versions of `name` in the history of `tip`, oldest first.
    static func versions(
        of name: WorkflowName, from tip: CommitID, in repository: WorkflowRepository
    ) throws -> [WorkflowVersion] {
        var walk = VersionWalk(repository: repository, name: name)
        try walk.run(from: tip)
        return walk.isCutOff ? walk.found.reversed() : numbered(walk.found.reversed())
    }

    private init(repository: WorkflowRepository, name: WorkflowName) {
        self.repository = repository
        self.name = name
    }

    private mutating func run(from tip: CommitID) throws {
        let git = repository.repository
        let isShallow = git.isShallow
        var commit = tip
        var links = try git.links(of: commit)
        var folder = try Self.folder(of: links.tree, git)
        var file = try repository.quickFile(of: name, in: folder)
        while true {
            guard let parent = links.parents.first else {
                if let file { add(commit, .created, file: file, previous: nil) }
                return
            }
            if isShallow, !git.exists(parent.object) {
                isCutOff = true
                // What stands here may be older than the clone's history: nobody knows who changed it last.
                if let file { add(commit, .changed, file: file, previous: nil) }
                return
            }
            let parentLinks = try git.links(of: parent)
            if parentLinks.tree != links.tree {
                let parentFolder = try Self.folder(of: parentLinks.tree, git)
                if parentFolder != folder {
                    let before = try repository.quickFile(of: name, in: parentFolder)
                    file = try compare(commit, file, before, parentTree: parentLinks.tree, tree: links.tree)
                    folder = parentFolder
                }
            }
            (commit, links) = (parent, parentLinks)
        }
    }

    /// Records what the commit did, and gives the file to look for further back.
    private mutating func compare(
        _ commit: CommitID, _ after: WorkflowFile?, _ before: WorkflowFile?, parentTree: TreeID, tree: TreeID
    ) throws -> WorkflowFile? {
        if after == before { return before }
        guard let after else {
            let moves = try repository.moves(in: commit, from: parentTree, to: tree)
            let target = moves.first { $0.value == before }?.key
            add(commit, .deleted(movedTo: target), file: nil, previous: before)
            return before
        }
        if let before {
            add(commit, after.path == before.path ? .changed : .renamed(from: name), file: after, previous: before)
            return before
        }
        guard let source = try repository.moves(in: commit, from: parentTree, to: tree)[name] else {
            add(commit, .created, file: after, previous: nil)
            return nil
        }
        add(commit, .renamed(from: source.name), file: after, previous: source)
        name = source.name
        return source
    }

    private mutating func add(_ commit: CommitID, _ change: VersionChange, file: WorkflowFile?, previous: WorkflowFile?)
    {
        found.append(
            WorkflowVersion(number: nil, commit: commit, name: name, change: change, file: file, previous: previous))
    }

    private static func folder(of tree: TreeID, _ git: Repository) throws -> TreeID? {
        let entry = try git.entry(at: WorkflowRepository.folder, in: tree)
        return entry.flatMap { $0.mode == .tree ? TreeID($0.id) : nil }
    }

    private static func numbered(_ versions: [WorkflowVersion]) -> [WorkflowVersion] {
        versions.enumerated().map { offset, version in version.with(number: offset + 1) }
    }
}

extension WorkflowVersion {
    func with(number: Int) -> WorkflowVersion {
        WorkflowVersion(
            number: number, commit: commit, name: name, change: change, file: file, previous: previous)
    }
}

extension WorkflowRepository {
    /// The file of a workflow, given the tree of `workflows/`. In old history nothing is refused: where a link or two files
    /// stood for a name, the first one counts.
    func quickFile(of name: WorkflowName, in folder: TreeID?) throws -> WorkflowFile? {
        guard let folder else { return nil }
        for path in [name.path, name.shortPath] {
            let below = String(path.dropFirst(Self.folder.count + 1))
            guard let entry = try repository.entry(at: below, in: folder), entry.mode != .tree else { continue }
            return WorkflowFile(name: name, path: path, mode: entry.mode, blob: BlobID(entry.id))
        }
        return nil
    }

    /// What each workflow was called before a commit that moved it, by its new name.
    func moves(in commit: CommitID, from parentTree: TreeID, to tree: TreeID) throws -> [WorkflowName: WorkflowFile] {
        let changes = try folderChanges(from: parentTree, to: tree)
        return try MoveDetection(repository: self).sources(
            of: changes.compactMap { $0.old == nil ? $0.new : nil },
            among: changes.compactMap { $0.new == nil ? $0.old : nil }, in: commit)
    }

    /// Each workflow that differs between two trees, by name.
    func folderChanges(from old: TreeID?, to new: TreeID?) throws -> [FolderChange] {
        var changes: [WorkflowName: FolderChange] = [:]
        for change in try repository.changedPaths(from: old, to: new, under: Self.folder) {
            guard let name = WorkflowName(path: change.path) else { continue }
            func file(_ entry: TreeEntry?) -> WorkflowFile? {
                entry.map { WorkflowFile(name: name, path: change.path, mode: $0.mode, blob: BlobID($0.id)) }
            }
            // A change of the extension is one path removed and one added, of one name.
            var known = changes[name] ?? FolderChange(name: name)
            known.old = known.old ?? file(change.old)
            known.new = known.new ?? file(change.new)
            changes[name] = known
        }
        return changes.values.sorted { $0.name < $1.name }
    }
}

/// A workflow that differs between two trees.
struct FolderChange: Hashable {
    let name: WorkflowName
    var old: WorkflowFile?
    var new: WorkflowFile?
}
