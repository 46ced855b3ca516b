public import DocumentTree
public import GitStore
public import WorkflowEngine
internal import WorkflowHistory
public import WorkflowLanguage

/// What is different between two runs of a workflow: what ran, with what, how each step went.
public struct RunComparison: Sendable {
    /// Something that has a name and differs; nil on the side that does not have it.
    public struct Field: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// What it was in the first run.
        public let old: Value?
        /// What it was in the second run.
        public let new: Value?
    }

    /// A step that went differently.
    public struct Step: Hashable, Sendable {
        /// The step.
        public let id: StepID
        /// How it went in the first run; nil where it had no such step.
        public let old: StepRecord?
        /// How it went in the second run; nil where it had no such step.
        public let new: StepRecord?
    }

    /// The first run.
    public let old: RunRecord
    /// The second run.
    public let new: RunRecord
    /// Whether the meaning of the definition differs, and not only its layout.
    public let definitionDiffers: Bool
    /// The inputs that differ.
    public let inputs: [Field]
    /// The names of secrets that only one of them declares.
    public let secrets: [Field]
    /// What else differs: version, commit, trigger, actor, host, workspace.
    public let surroundings: [Field]
    /// The steps that ended differently, or took at least twice or half the time, by a second or more.
    public let steps: [Step]

    /// Compares two runs.
    ///
    /// - Parameter repository: has the definitions that ran; where one is gone nothing is said of its secrets.
    public init(_ old: RunRecord, _ new: RunRecord, in repository: Repository) {
        self.old = old
        self.new = new
        definitionDiffers = old.definition.hash != new.definition.hash
        inputs = Self.differences(old.inputs, new.inputs)
        surroundings = Self.differences(Self.surroundings(of: old), Self.surroundings(of: new))
        secrets =
            old.definition.blob == new.definition.blob
            ? [] : Self.differences(Self.secrets(of: old, in: repository), Self.secrets(of: new, in: repository))
        steps = Self.steps(old, new)
    }

    /// Whether nothing differs but the time.
    public var isEmpty: Bool {
        !definitionDiffers && inputs.isEmpty && secrets.isEmpty && surroundings.isEmpty && steps.isEmpty
    }

    /// The bytes of the two definitions, where they are in the repository.
    public func definitions(in repository: Repository) throws -> (old: [UInt8], new: [UInt8]) {
        (try repository.blob(old.definition.blob), try repository.blob(new.definition.blob))
    }

    private static func differences(_ old: ValueMapping, _ new: ValueMapping) -> [Field] {
        let names = old.keys + new.keys.filter { old[$0] == nil }
        return names.filter { old[$0] != new[$0] }.map { Field(name: $0, old: old[$0], new: new[$0]) }
    }

    private static func surroundings(of run: RunRecord) -> ValueMapping {
        [
            "version": .string(RanVersion(run.definition).description),
            "commit": .string(run.definition.commit.description),
            "trigger": .string(run.trigger.event),
            "actor": .string("\(run.actor.name) <\(run.actor.email)>"),
            "host": .string(run.host),
            "workspace": .string(run.workspace.rawValue),
        ]
    }

    private static func secrets(of run: RunRecord, in repository: Repository) -> ValueMapping {
        guard let bytes = try? repository.blob(run.definition.blob),
            let workflow = Workflow.parse(bytes, name: run.definition.workflow, file: run.definition.path).workflow
        else { return [:] }
        return ValueMapping(workflow.secrets.map { ($0.name, .string("declared")) })
    }

    private static func steps(_ old: RunRecord, _ new: RunRecord) -> [Step] {
        let before = Dictionary(old.steps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.steps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let ids = new.steps.map(\.id) + old.steps.map(\.id).filter { after[$0] == nil }
        return ids.map { Step(id: $0, old: before[$0], new: after[$0]) }.filter(\.differs)
    }
}

extension RunComparison.Step {
    /// Whether it ended differently, or took much longer or shorter.
    fileprivate var differs: Bool {
        guard let old, let new, old.status == new.status else { return true }
        guard let before = old.duration?.wholeMilliseconds, let after = new.duration?.wholeMilliseconds else {
            return (old.duration == nil) != (new.duration == nil)
        }
        let (short, long) = (min(before, after), max(before, after))
        return long - short >= 1000 && long >= short.multipliedReportingOverflow(by: 2).partialValue
    }
}
