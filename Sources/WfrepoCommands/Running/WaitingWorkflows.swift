import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage

/// The workflows of a commit that wait for an event or for the end of another workflow, and what for.
///
/// Whoever ends a run asks for them, so they are kept in a file, and brought up to date by what differs between two trees: a run's
/// end takes the same time however many workflows there are. The file is derived; it may be deleted at any time.
struct WaitingWorkflows {
    /// The git tree of the workflows' folder.
    private var tree: TreeID
    /// For each path what its triggers name.
    private var words: [String: Set<String>] = [:]

    private static let largest = 16 << 20
    /// Changes where what is kept changes, so that nobody believes what an older program kept.
    private static let form = "wfrepo-waiting-1"

    /// Those of a commit's tree; nil where it has no workflows.
    init?(in root: TreeID, _ workflows: WorkflowRepository) throws {
        let repository = workflows.repository
        guard let entry = try repository.entry(at: WorkflowRepository.folder, in: root), entry.mode == .tree else {
            return nil
        }
        let current = TreeID(entry.id)
        let file = repository.commonDirectory + "wfrepo/waiting"
        if let known = Self.read(file), known.tree == current {
            self = known
            return
        }
        var known = Self.read(file)
        // After a gc the tree that was read may be gone.
        if let old = known?.tree, !repository.exists(old.object) { known = nil }
        self = known ?? WaitingWorkflows(tree: current)
        for change in try repository.changedPaths(from: known?.tree, to: current) {
            try note(WorkflowRepository.folder + "/" + change.path, change.new, workflows)
        }
        tree = current
        // Who can't write it asks git again.
        try? DurableFile.write(bytes, to: file, mode: 0o600)
    }

    private init(tree: TreeID) { self.tree = tree }

    /// The workflows that wait for something of that name.
    func names(waitingFor word: String) -> [WorkflowName] {
        words.filter { $0.value.contains(word) }.compactMap { WorkflowName(path: $0.key) }.sorted()
    }

    private mutating func note(_ path: String, _ entry: TreeEntry?, _ workflows: WorkflowRepository) throws {
        words[path] = nil
        guard let entry, entry.mode.isRegularFile, let name = WorkflowName(path: path),
            try workflows.repository.header(of: entry.id).size <= WorkflowRepository.largestDefinition
        else { return }
        let bytes = try workflows.repository.blob(BlobID(entry.id))
        // Most wait for nothing, and to parse a definition takes longer than to search it.
        guard mayMention("event", in: bytes) || mayMention("workflow", in: bytes),
            let workflow = Workflow.parse(bytes, name: name, file: path).workflow
        else { return }
        let waiting = workflow.triggers.filter { $0.event == .event || $0.event == .workflow }
        if !waiting.isEmpty { words[path] = Set(waiting.flatMap(\.names)) }
    }

    // MARK: The file: a line for the form and the tree, then one for each workflow, its words behind tabulators

    private var bytes: [UInt8] {
        let lines = words.sorted { $0.key < $1.key }.map { path, words in
            ([path] + words.sorted()).joined(separator: "\t")
        }
        return Array((["\(Self.form)\t\(tree)"] + lines).map { $0 + "\n" }.joined().utf8)
    }

    private static func read(_ file: String) -> WaitingWorkflows? {
        guard let bytes = try? DurableFile.read(file), bytes.count <= largest else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard let first = lines.first?.split(separator: "\t"), first.count == 2, first[0] == form,
            let tree = TreeID(String(first[1]))
        else { return nil }
        var found = WaitingWorkflows(tree: tree)
        for line in lines.dropFirst() {
            let words = line.split(separator: "\t").map(String.init)
            if let path = words.first { found.words[path] = Set(words.dropFirst()) }
        }
        return found
    }
}
