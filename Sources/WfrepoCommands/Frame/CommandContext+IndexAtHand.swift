import GitStore
import WorkflowHistory
import WorkflowRecords

extension CommandContext {
    /// The index, for a command that answers without it, too: where there is one, or one is made at once. Where making it takes
    /// long, that is started in the background, for the next time.
    func indexAtHand(_ workflows: WorkflowRepository) throws -> RecordIndex? {
        do {
            return try indexNow(workflows)
        } catch let error as RecordsError {
            // A full disk or a busy file is no reason not to answer.
            guard error.code == .io || error.code == .busy else { throw error }
            return nil
        }
    }

    private func indexNow(_ workflows: WorkflowRepository) throws -> RecordIndex? {
        let repository = workflows.repository
        if let index = (workflows.index as? PresentIndex)?.opened {
            try index.update()
            return index
        }
        if RecordIndex.exists(in: repository) { return try openIndex(repository) }
        guard try RecordIndex.isQuicklyMade(of: repository) else {
            try BackgroundProcess(self).start(["reindex", "--quiet"], in: repository)
            return nil
        }
        return try openIndex(repository)
    }
}
