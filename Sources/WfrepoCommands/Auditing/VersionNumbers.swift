import GitStore
import WorkflowHistory
import WorkflowLanguage

/// Finds which version of a workflow is in force at a commit, for events of the audit: who saves does not wait for it.
final class VersionNumbers {
    private struct Place: Hashable {
        let name: WorkflowName
        let commit: CommitID
    }

    private let workflows: WorkflowRepository
    private var known: [Place: Int?] = [:]

    init(_ workflows: WorkflowRepository) { self.workflows = workflows }

    /// The number; nil in a shallow clone, or where the history can't be read.
    func number(of name: WorkflowName, at commit: CommitID) -> Int? {
        let place = Place(name: name, commit: commit)
        if let number = known[place] { return number }
        let number = (try? workflows.currentVersion(of: name, at: commit))?.number
        known[place] = .some(number)
        return number
    }
}
