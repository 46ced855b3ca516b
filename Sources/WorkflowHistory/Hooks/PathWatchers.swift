internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// The workflows of a tree whose triggers name paths, so that a change of any file may fire them.
///
/// All others fire only when their own file changes. Finding the watchers means reading every definition; so they are kept,
/// with the id of the `workflows` tree that they were found in, in a file of the git folder; the next commit reads only the
/// definitions that differ from that tree. The file is derived: without it, or where a power failure left it damaged,
/// everything is read again.
struct PathWatchers {
    private let workflows: WorkflowRepository
    private var git: Repository { workflows.repository }
    private var file: String { git.commonDirectory + "wfrepo/path-watchers" }

    init(_ workflows: WorkflowRepository) { self.workflows = workflows }

    /// The names of the watchers in the tree of a commit.
    func names(in tree: TreeID) throws -> Set<WorkflowName> {
        let entry = try git.entry(at: WorkflowRepository.folder, in: tree)
        guard let folder = entry.flatMap({ $0.mode == .tree ? TreeID($0.id) : nil }) else { return [] }
        let known = try readKnown()
        if let known, known.folder == folder { return known.names }
        var names = known?.names ?? []
        for change in try git.changedPaths(from: known?.folder, to: folder) {
            guard let name = WorkflowName(path: "\(WorkflowRepository.folder)/\(change.path)") else { continue }
            names.remove(name)
            guard let new = change.new, new.mode.isRegularFile else { continue }
            if try watches(WorkflowFile(name: name, path: change.path, mode: new.mode, blob: BlobID(new.id))) {
                names.insert(name)
            }
        }
        keep(names, of: folder)
        return names
    }

    private func watches(_ file: WorkflowFile) throws -> Bool {
        let bytes = try workflows.definition(file)
        // Searching for the word is much cheaper than parsing, and few definitions have it.
        guard mayMention("paths", in: bytes) else { return false }
        // One with faults counts, so that its faults are told.
        guard let workflow = DefinitionCheck.workflow(file.name, at: file.path, bytes) else { return true }
        return workflow.triggers.contains { !$0.paths.isEmpty }
    }

    /// What the file holds: the tree's id, the number of names, the names. Nil where there is none, where it is damaged, or
    /// where its tree is gone.
    private func readKnown() throws -> (folder: TreeID, names: Set<WorkflowName>)? {
        guard let bytes = try DurableFile.read(file) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard let folder = lines.first.flatMap({ TreeID($0) }), git.exists(folder.object) else { return nil }
        let names = Set(lines.dropFirst(2).compactMap { WorkflowName($0) })
        guard lines.dropFirst().first == String(names.count) else { return nil }
        return (folder, names)
    }

    /// Keeps what was found. Where that can't be written, as in a folder that is read-only, the next commit takes longer.
    private func keep(_ names: Set<WorkflowName>, of folder: TreeID) {
        let lines = [folder.description, String(names.count)] + names.sorted().map(\.description)
        do {
            try DurableFile.makeFolders(DurableFile.folder(of: file))
            try DurableFile.writeDerived(Array((lines.joined(separator: "\n") + "\n").utf8), to: file)
        } catch {
            // Nothing depends on it.
        }
    }
}
