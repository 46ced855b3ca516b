import DocumentTree
import GitStore
import Glibc
import WorkflowLanguage

/// The kinds of step that the work tree's repository brings itself (`kinds/NAME/kind.yaml`).
struct OwnKinds {
    private let context: CommandContext

    init(_ context: CommandContext) { self.context = context }

    /// Those without a fault, by name; none outside of a repository. Those with one are told.
    func kinds() throws -> [KindCatalog.Kind] {
        guard let root = (try? context.openRepository())?.workTree else { return [] }
        return try FolderNames.all(in: root + WorkflowName.kindFolder).compactMap { name in
            guard let kind = WorkflowName(WorkflowName.kindPrefix + name), access(root + kind.path, F_OK) == 0 else {
                return nil
            }
            let parsed = Workflow.parse(try context.readFile(root + kind.path), name: kind)
            for problem in parsed.errors { context.errors.writeLine(problem.description) }
            return parsed.workflow.map { KindCatalog.Kind($0) }
        }
    }
}

extension KindCatalog.Kind {
    /// An own kind, as those are shown that the program brings.
    init(_ definition: Workflow) {
        let outputs = definition.kind?.outputs ?? []
        self.init(
            definition.name.description,
            definition.description ?? definition.title ?? "A kind of this repository's own.",
            parameters: definition.inputs.map { input in
                KeyTable.Key(
                    input.name, input.shape, isRequired: input.isRequired,
                    default: input.defaultValue.map { $0.string ?? $0.canonicalText }, input.description ?? "")
            },
            outputs: outputs.map { output in
                let schema = output.schema.source
                return (output.name, schema["description"]?.string ?? schema.canonicalText)
            })
    }
}

extension Input {
    /// What its value may be, for people.
    fileprivate var shape: Shape {
        switch kind {
        case .string: .text
        case .number: .number(-.infinity ... .infinity)
        case .integer: .integer(.min ... .max)
        case .boolean: .boolean
        case .choice: .choice(options)
        case .object: .dictionary(keys: .anyText, values: .anything)
        case .array: .list(of: .anything)
        }
    }
}
