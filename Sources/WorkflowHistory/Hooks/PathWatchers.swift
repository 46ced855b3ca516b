internal import GitStore
internal import WorkflowLanguage

/// The workflows of a tree whose triggers name paths, so that a change of any file may fire them.
///
/// All others fire only when their own file changes. Finding the watchers means reading every definition; so they are kept,
/// with the id of the `workflows` tree that they were found in, in a file of the git folder. The next commit reads only the
/// definitions that differ from that tree, and renews the file only when there are other watchers or many such definitions.
/// The file is derived: without it everything is read again.
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
        let changes = try git.changedPaths(from: known?.folder, to: folder)
        for change in changes {
            guard let name = WorkflowName(path: "\(WorkflowRepository.folder)/\(change.path)") else { continue }
            names.remove(name)
            guard let new = change.new, new.mode.isRegularFile else { continue }
            if try watches(WorkflowFile(name: name, path: change.path, mode: new.mode, blob: BlobID(new.id))) {
                names.insert(name)
            }
        }
        if names != known?.names || changes.count > Self.manyChanges { keep(names, of: folder) }
        return names
    }

    /// Reading this many definitions takes about as long as writing the file.
    private static let manyChanges = 16

    private func watches(_ file: WorkflowFile) throws -> Bool {
        let bytes = try workflows.definition(file)
        // Searching for the word is much cheaper than parsing, and few definitions have it.
        guard Self.mentionsPaths(bytes) else { return false }
        // One with faults counts, so that its faults are told.
        guard let workflow = DefinitionCheck.workflow(file.name, at: file.path, bytes) else { return true }
        return workflow.triggers.contains { !$0.paths.isEmpty }
    }

    private static func mentionsPaths(_ bytes: [UInt8]) -> Bool {
        let word = Array("paths".utf8)
        var rest = bytes[...]
        while let start = rest.firstIndex(of: 0x70) {
            if rest[start...].starts(with: word) { return true }
            rest = rest[(start + 1)...]
        }
        return false
    }

    /// What the file holds; nil where there is none, or where its tree is gone.
    private func readKnown() throws -> (folder: TreeID, names: Set<WorkflowName>)? {
        guard let bytes = try DurableFile.read(file) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard let folder = lines.first.flatMap({ TreeID($0) }), git.exists(folder.object) else { return nil }
        return (folder, Set(lines.dropFirst().compactMap { WorkflowName($0) }))
    }

    /// Keeps what was found. Where that can't be written, as in a folder that is read-only, the next commit takes longer.
    private func keep(_ names: Set<WorkflowName>, of folder: TreeID) {
        let lines = [folder.description] + names.sorted().map(\.description)
        do {
            try DurableFile.makeFolders(DurableFile.folder(of: file))
            try DurableFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: file)
        } catch {
            // Nothing depends on it.
        }
    }
}
