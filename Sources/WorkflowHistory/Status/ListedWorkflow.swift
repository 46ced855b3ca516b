public import WorkflowLanguage

/// A workflow as a list of all shows it.
public struct ListedWorkflow: Hashable, Sendable {
    /// What its definition says at the top.
    public struct Traits: Hashable, Sendable {
        /// The name for people (`name:`), in one line.
        public var title: String?
        /// Whether anything may start it.
        public var isEnabled: Bool
        /// What starts it by itself (`on:`).
        public var events: [Trigger.Event]
    }

    /// The definition in the last commit.
    public let file: WorkflowFile
    /// nil where the definition has a fault: `check` tells which.
    public let traits: Traits?
}

extension WorkflowRepository {
    /// Every workflow of the last commit, by name, and what stands in `workflows/` and can't be one.
    public func listed() throws -> (workflows: [ListedWorkflow], problems: [DefinitionProblem]) {
        guard let tree = try base().tree else { return ([], []) }
        let listing = try workflows(in: tree)
        // To parse ten thousand definitions takes seconds, and few of them change.
        let kept = try DefinitionFindings(self, name: "listed", form: 1).words(in: tree) { try traits(of: $0)?.words }
        let workflows = listing.files.map { file in
            ListedWorkflow(file: file, traits: kept[file.path].map { ListedWorkflow.Traits(words: $0) })
        }
        return (workflows, listing.problems)
    }

    private func traits(of file: WorkflowFile) throws -> ListedWorkflow.Traits? {
        do {
            return try DefinitionCheck.workflow(file.name, at: file.path, definition(file)).map { workflow in
                ListedWorkflow.Traits(
                    title: workflow.title?.split(whereSeparator: \.isWhitespace).joined(separator: " "),
                    isEnabled: workflow.isEnabled, events: workflow.triggers.map(\.event))
            }
        } catch is HistoryError {
            // Too large to be one.
            return nil
        }
    }
}

extension ListedWorkflow.Traits {
    private static let off = "disabled"
    private static let on = "on "
    private static let name = "name "

    /// What is kept of them.
    fileprivate var words: Set<String> {
        Set(
            events.map { Self.on + $0.rawValue } + (isEnabled ? [] : [Self.off])
                + (title.map { [Self.name + $0] } ?? []))
    }

    fileprivate init(words: Set<String>) {
        func values(_ prefix: String) -> [String] {
            words.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
        }
        self.init(
            title: values(Self.name).first, isEnabled: !words.contains(Self.off),
            events: values(Self.on).compactMap(Trigger.Event.init))
    }
}
