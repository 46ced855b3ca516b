public import WorkflowLanguage

/// A workflow that a run may call (`uses: workflow`), found in the commit that the run is pinned to.
public struct CalledWorkflow: Sendable {
    /// The definition, parsed.
    public var workflow: Workflow
    /// Which definition it is, and of which commit.
    public var definition: PinnedDefinition
    /// The definition's bytes.
    public var source: [UInt8]
    /// The values of the secrets that it declares, by name.
    public var secrets: [String: String]
    /// For an own kind of step: the git tree of its folder in that commit, in hexadecimal digits.
    public var kindTree: String?

    /// A workflow that may be called.
    public init(
        workflow: Workflow, definition: PinnedDefinition, source: [UInt8], secrets: [String: String] = [:]
    ) {
        self.workflow = workflow
        self.definition = definition
        self.source = source
        self.secrets = secrets
    }
}

extension RunTrigger {
    /// The event of a run that another run's step has called.
    public static let call = "call"

    /// The run whose step has called this one; nil where it was started in another way.
    public var caller: RunID? { event == Self.call ? run : nil }
}
