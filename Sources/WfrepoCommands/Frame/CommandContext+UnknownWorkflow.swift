import DocumentTree
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

extension CommandContext {
    /// Refuses the name of a workflow that never was, in history, records, audit or work tree: a slip must not look like idleness.
    func refuseUnknown(_ name: WorkflowName, in index: RecordIndex) throws {
        guard try !index.knows(name), try !isInWorkTree(name) else { return }
        throw CommandFailure.unknown(
            "there is no workflow '\(name)', and never was",
            nearest: NearestName.nearest(to: name.description, among: try index.knownNames()),
            listing: "wfrepo list")
    }

    private func isInWorkTree(_ name: WorkflowName) throws -> Bool {
        try WorkflowRepository(openRepository()).isInWorkTree(name)
    }
}
