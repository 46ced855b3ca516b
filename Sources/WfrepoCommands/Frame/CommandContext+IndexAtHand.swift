import GitStore
import WorkflowRecords

extension CommandContext {
    /// So many notes are read within half a second.
    private static let quicklyRead = 5_000

    /// The index, for a command that answers without it, too: where there is one, or one is made at once. Where making it takes
    /// long, that is started in the background, for the next time.
    func indexAtHand(_ repository: Repository) throws -> RecordIndex? {
        if RecordIndex.exists(in: repository) { return try openIndex(repository) }
        guard try RecordIndex.estimatedNotes(in: repository) <= Self.quicklyRead else {
            try BackgroundProcess(self).start(["reindex", "--quiet"], in: repository)
            return nil
        }
        return try openIndex(repository)
    }
}
