/// What makes a definition a kind of step of the repository's own: `kinds/NAME/kind.yaml`, used as `uses: ./kinds/NAME`.
///
/// Its definition is read as a workflow, whose inputs are the kind's parameters. Where it has steps, a step of the kind is a
/// call of them, a run of its own; where it names a program, the workflow has no steps.
public struct OwnKind: Sendable {
    /// The program that does the work, by its path in the kind's folder; nil where steps do it.
    public var program: String?
    /// What it hands on, with the types.
    public var outputs: [OutputDeclaration]
}

extension WorkflowName {
    /// How the name of every own kind begins.
    public static let kindPrefix = "./kinds/"
    /// The folder of own kinds in a tree.
    public static let kindFolder = "kinds"
    private static let kindFile = "kind.yaml"

    /// Whether it names a kind of step of the repository's own.
    public var isKind: Bool { description.hasPrefix(Self.kindPrefix) }

    /// The kind whose definition is the file at `path` of a tree; nil where that is no kind's place.
    public init?(kindPath path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.kindFolder, parts[2] == Self.kindFile else { return nil }
        self.init("./kinds/\(parts[1])")
    }

    /// The folder of an own kind in a tree.
    public var kindFolderPath: String { String(description.dropFirst(2)) }

    /// The path of an own kind's definition in a tree.
    var kindDefinitionPath: String { "\(kindFolderPath)/\(Self.kindFile)" }
}

extension KindName {
    /// The own kind that it names; nil where it is a kind that the program brings.
    public var own: WorkflowName? { WorkflowName(description).flatMap { $0.isKind ? $0 : nil } }
}

extension WorkflowShapes {
    /// A kind of step of the repository's own: all of `kinds/NAME/kind.yaml`.
    public var ownKind: KeyTable {
        KeyTable(
            "a kind of step",
            foreign: [
                "parameters": "write `inputs`", "params": "write `inputs`", "with": "write `inputs`",
                "run": "write `steps: [{run: …}]`, or `program`", "command": "write `program`",
            ],
            exactlyOne: ["steps", "program"],
            keys: [
                KeyTable.Key("name", .text, "A title for people; the kind's name is its folder's."),
                KeyTable.Key("description", .text, "What it does, in a sentence."),
                KeyTable.Key(
                    "inputs", .dictionary(keys: .inputName, values: .either([.nothing, .mapping(input)])),
                    default: "{}", "Its parameters: what `with` gives it."),
                KeyTable.Key(
                    "outputs", .dictionary(keys: .inputName, values: .anything), default: "{}",
                    "What it hands on: for each output its JSON Schema and, where steps do the work, its `value`, which may hold expressions."
                ),
                KeyTable.Key(
                    "program", .formatted(.kindProgram),
                    "The program in the kind's folder that does the work: it reads a request, JSON, and writes the outputs, JSON."
                ),
                KeyTable.Key(
                    "steps", .list(of: .mapping(step), atLeast: 1, atMost: 1000), "The steps that do the work."),
                KeyTable.Key(
                    "env", .dictionary(keys: .variableName, values: .optionalText), default: "{}",
                    "Environment variables of every step."),
                KeyTable.Key(
                    "secrets",
                    .list(of: .either([.formatted(.variableName), .mapping(SecretShapes.secret)]), isUnique: true),
                    default: "[]", "The credentials that its steps may read."),
                KeyTable.Key("timeout", .formatted(.duration), "How long its steps may take together."),
                KeyTable.Key("defaults", .mapping(defaults), default: "{}", "What steps that say nothing else do."),
                KeyTable.Key(
                    "workspace", .choice(Workspace.allCases.map(\.rawValue)), default: "checkout",
                    "Where its steps run: a private checkout of the commit that runs, an empty folder, or your own work tree."
                ),
                KeyTable.Key(
                    "on-failure", .choice(FailurePolicy.allCases.map(\.rawValue)), default: "stop",
                    "When a step has failed: undo the finished steps, start no further step, or go on where possible."),
            ])
    }
}

extension TextFormat {
    /// Any text.
    public static let anyText = TextFormat("a text", plural: "texts", pattern: "", maximumLength: .max)
    /// A file in the folder of a kind, by its path there.
    static let kindProgram = TextFormat(
        "the path of a file in the kind's folder, such as `load.py`", plural: "paths",
        pattern: "^(\\./)?[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*$", maximumLength: 200)
}
