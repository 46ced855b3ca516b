public import WorkflowLanguage

/// A definition with its bytes that only one of two states has, be they commits, the index or the work tree.
public struct LoneDefinition: MovableDefinition, Sendable {
    /// The workflow.
    public let name: WorkflowName
    /// The file's content.
    public let content: [UInt8]

    /// A definition of one state.
    public init(name: WorkflowName, content: [UInt8]) {
        self.name = name
        self.content = content
    }

    /// Which of `created` are `removed` ones in another file: of the same workflow, or under a new name, by content alone, as
    /// `git diff -M` finds it. The old name by the new.
    public static func moves(of created: [LoneDefinition], among removed: [LoneDefinition])
        -> [WorkflowName: WorkflowName]
    {
        guard !created.isEmpty, !removed.isEmpty else { return [:] }
        var pairing = MovePairing(created: created, removed: removed)
        for new in created {
            if let old = removed.first(where: { $0.name == new.name }) { pairing.pair(new, with: old) }
        }
        pairing.pairByContent { $0.content.count <= LineSet.largestCompared ? $0.content : [] }
        return pairing.sources.mapValues(\.name)
    }
}
