import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

extension CommandContext {
    /// The index of a repository, up to date. A first making that takes long says on a terminal how far it has come.
    func openIndex(_ repository: Repository, anew: Bool = false, isQuiet: Bool = false) throws -> RecordIndex {
        // What is erased must not be shown.
        try tellOfDestroyedKeys(in: repository)
        let errors = errors
        let shows = terminal.errorIsTerminal && !isQuiet
        var hasShown = false
        let index = try RecordIndex.open(repository, anew: anew) { progress in
            guard shows, progress.done >= 5000 || anew else { return }
            hasShown = true
            errors.write("\rreading \(progress.part.rawValue): \(progress.done)\u{1B}[K")
            errors.flush()
        } damaged: { words in
            tellOfDamagedIndex(words)
        }
        if hasShown {
            errors.write("\r\u{1B}[K")
            errors.flush()
        }
        index.keepOpen()
        return index
    }

    /// Says that the index, which is derived, is made anew.
    func tellOfDamagedIndex(_ words: String) {
        errors.note("the index was damaged (\(visibleLine(words))) and is made anew from git; nothing is lost")
    }
}

extension RecordIndex {
    /// Leaves it open until the process ends. What was written is put in order by whoever wrote it.
    fileprivate func keepOpen() {
        if !hasWritten { keepUntilExit(self) }
    }
}

/// Versions out of the index, which is opened when they are first asked for, and only where there is one of a long history: for
/// a short one a walk is faster.
final class PresentIndex: VersionIndex {
    private let repository: Repository
    private let damaged: (String) -> Void
    private var index: RecordIndex??

    /// - Parameter damaged: told what SQLite finds damaged, before the index is made anew for that.
    init(_ repository: Repository, damaged: @escaping (String) -> Void = { _ in }) {
        self.repository = repository
        self.damaged = damaged
    }

    /// The index, where it was opened; only its versions are up to date.
    var opened: RecordIndex? { index ?? nil }

    func versions(of name: WorkflowName, at tip: CommitID) throws -> [WorkflowVersion]? {
        try present()?.versions(of: name, at: tip)
    }

    func versions(at tip: CommitID, limit: Int?) throws -> [WorkflowVersion]? {
        try present()?.versions(at: tip, limit: limit)
    }

    private func present() -> RecordIndex? {
        if let index { return index }
        // What can't be read is no reason to fail: the history itself answers, too.
        let large =
            RecordIndex.isLarge(in: repository)
            ? try? RecordIndex.open(repository, reading: [.history], damaged: damaged) : nil
        large?.keepOpen()
        index = .some(large)
        return large
    }

    func isOfLayoutOnly(_ change: DefinitionChange) throws -> Bool? { try opened?.isOfLayoutOnly(change) }

    func keep(ofLayoutOnly answers: [DefinitionChange: Bool]) throws { try opened?.keep(ofLayoutOnly: answers) }
}
