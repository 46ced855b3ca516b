import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage

/// The workflows of a commit that wait for an event or for the end of another workflow, and what for.
///
/// Whoever ends a run asks for them: with what was found before, its end takes the same time however many workflows there are.
struct WaitingWorkflows {
    /// For each path what its triggers name.
    private let words: [String: Set<String>]

    /// Those of a commit's tree.
    init(in root: TreeID, _ workflows: WorkflowRepository) throws {
        words = try DefinitionFindings(workflows, name: "waiting", form: 2).words(in: root) { file in
            try Self.words(of: file, workflows.repository)
        }
    }

    /// The workflows that wait for something of that name.
    func names(waitingFor word: String) -> [WorkflowName] {
        words.filter { $0.value.contains(word) }.compactMap { WorkflowName(path: $0.key) }.sorted()
    }

    private static func words(of file: WorkflowFile, _ repository: Repository) throws -> Set<String>? {
        guard try repository.header(of: file.blob.object).size <= WorkflowRepository.largestDefinition else {
            return nil
        }
        let bytes = try repository.blob(file.blob)
        // Most wait for nothing, and to parse a definition takes longer than to search it.
        guard mayMention("event", in: bytes) || mayMention("workflow", in: bytes),
            let workflow = Workflow.parse(bytes, name: file.name, file: file.path).workflow
        else { return nil }
        let waiting = workflow.triggers.filter { $0.event == .event || $0.event == .workflow }
        return waiting.isEmpty ? nil : Set(waiting.flatMap(\.names))
    }
}
