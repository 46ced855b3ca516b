internal import DocumentTree
package import GitStore
internal import WorkflowLanguage

/// What was found in the definitions of a `workflows` tree: words by the definition's path, kept in a file of the git folder.
///
/// To find it means reading every definition, so the file says for which tree it holds; the next time only the definitions
/// that differ from that tree are read, however many there are. The file is derived: without it, or where it is not what was
/// written, everything is read again.
package struct DefinitionFindings {
    private let workflows: WorkflowRepository
    private let file: String
    private let form: String
    private static let largest = 16 << 20

    private struct Kept {
        /// The git tree of the workflows' folder.
        var folder: TreeID
        var words: [String: Set<String>]
    }

    /// Findings that are kept under a name.
    ///
    /// - Parameter form: another one where something else is found, so that nobody believes what an older program kept.
    package init(_ workflows: WorkflowRepository, name: String, form: Int) {
        self.workflows = workflows
        file = workflows.repository.commonDirectory + "wfrepo/\(name)"
        self.form = "wfrepo-\(name)-\(form)"
    }

    /// The words of each definition in a commit's tree that has any, by its path.
    ///
    /// - Parameter find: the words of one definition; nil where there is nothing to keep of it.
    package func words(
        in tree: TreeID, _ find: (WorkflowFile) throws -> Set<String>?
    ) throws -> [String: Set<String>] {
        let git = workflows.repository
        let entry = try git.entry(at: WorkflowRepository.folder, in: tree)
        guard let folder = entry.flatMap({ $0.mode == .tree ? TreeID($0.id) : nil }) else { return [:] }
        let kept = read()
        if let kept, kept.folder == folder { return kept.words }
        var words = kept?.words ?? [:]
        for change in try git.changedPaths(from: kept?.folder, to: folder) {
            let path = "\(WorkflowRepository.folder)/\(change.path)"
            words[path] = nil
            guard let name = WorkflowName(path: path), let new = change.new, new.mode.isRegularFile else { continue }
            words[path] = try find(WorkflowFile(name: name, path: path, mode: new.mode, blob: BlobID(new.id)))
        }
        keep(Kept(folder: folder, words: words))
        return words
    }

    // MARK: The file: a line for the form, with a sum over the others, one for the tree, then one for each definition, its words
    // behind tabulators

    /// Nil where there is none, where it was damaged, or where its tree is gone, as after a gc.
    private func read() -> Kept? {
        guard let bytes = try? DurableFile.read(file), bytes.count <= Self.largest, !bytes.contains(0),
            let end = bytes.firstIndex(of: 0x0A)
        else { return nil }
        let body = Array(bytes[(end + 1)...])
        let lines = String(decoding: body, as: UTF8.self).split(separator: "\n").map { $0.split(separator: "\t") }
        guard let title = try? title(of: body), bytes[..<end].elementsEqual(title.utf8),
            let folder = lines.first.flatMap({ TreeID(String($0.joined())) }),
            workflows.repository.exists(folder.object)
        else { return nil }
        var words: [String: Set<String>] = [:]
        for line in lines.dropFirst() {
            guard let path = line.first.map(String.init), WorkflowName(path: path) != nil else { return nil }
            words[path] = Set(line.dropFirst().map(String.init))
        }
        return Kept(folder: folder, words: words)
    }

    /// Where that can't be written, as in a folder that is read-only, the next look takes longer.
    private func keep(_ kept: Kept) {
        let definitions = kept.words.sorted { $0.key < $1.key }.map {
            ([$0.key] + $0.value.sorted()).joined(separator: "\t")
        }
        let body = Array((["\(kept.folder)"] + definitions).map { $0 + "\n" }.joined().utf8)
        do {
            try workflows.repository.makeOwnFolder()
            try DurableFile.writeDerived(
                Array("\(try title(of: body))\n".utf8) + body, to: file, sharing: .asFolder(of: file))
        } catch {
            // Nothing depends on it.
        }
    }

    /// The first line.
    private func title(of body: [UInt8]) throws -> String { "\(form)\t\(try Repository.hash(.blob, body))" }
}
