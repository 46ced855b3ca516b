import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Finds which version of a workflow is in force at a commit, for events of the audit: who saves does not wait for it.
final class VersionNumbers {
    private struct Place: Hashable {
        let name: WorkflowName
        let commit: CommitID
    }

    /// How many are looked for one by one, before the index is worth its making: a commit may change thousands of workflows.
    private static let mostWalks = 16

    private let workflows: WorkflowRepository
    private lazy var index = try? RecordIndex.open(workflows.repository, reading: [.history])
    private var known: [Place: Int?] = [:]

    init(_ repository: Repository) {
        workflows = WorkflowRepository(repository, index: PresentIndex(repository))
    }

    /// The number; nil in a shallow clone, or where the history can't be read.
    func number(of name: WorkflowName, at commit: CommitID) -> Int? {
        let place = Place(name: name, commit: commit)
        if let number = known[place] { return number }
        let number = known.count < Self.mostWalks ? walk(name, commit) : lookUp(name, commit)
        known[place] = .some(number)
        return number
    }

    private func walk(_ name: WorkflowName, _ commit: CommitID) -> Int? {
        (try? workflows.currentVersion(of: name, at: commit))?.number
    }

    private func lookUp(_ name: WorkflowName, _ commit: CommitID) -> Int? {
        guard let versions = try? index?.versions(of: name, at: commit) else { return nil }
        return versions.last?.number
    }
}
