internal import GitStore
internal import WorkflowLanguage

/// What a definition must satisfy before it gets into history.
struct DefinitionCheck {
    /// Whether what looks like a credential in clear text is let through.
    var allowsSecrets: Bool

    /// Checks what a save is about to commit.
    ///
    /// - Throws: `invalidDefinition` or `clearTextSecret` with every problem of every file.
    func check(_ changes: [ContentChange]) throws(HistoryError) {
        var faults: [DefinitionProblem] = []
        var secrets: [DefinitionProblem] = []
        for change in changes {
            guard let new = change.new else { continue }
            guard let name = change.workflow else {
                if let problem = Self.placeProblem(change.path) { faults.append(problem) }
                continue
            }
            guard new.mode.isRegularFile else { throw WorkflowListing.notAFile(change.path, new.mode) }
            faults += Self.faults(of: name, at: change.path, new.bytes)
            if !allowsSecrets { secrets += Self.secrets(at: change.path, new.bytes) }
        }
        if !faults.isEmpty {
            throw HistoryError(
                .invalidDefinition, "save", "\(Self.count(faults, "fault")) in the definitions, so nothing was saved",
                hint: "mend them, then look again: wfrepo check", problems: faults)
        }
        if !secrets.isEmpty {
            throw HistoryError(
                .clearTextSecret, "save", "\(Self.count(secrets, "credential")) in clear text, so nothing was saved",
                hint: "name it under secrets: and use ${{ secrets.NAME }}; if it is none: --allow-secret",
                problems: secrets)
        }
    }

    private static func count(_ problems: [DefinitionProblem], _ noun: String) -> String {
        problems.count == 1 ? "a \(noun)" : "\(problems.count) \(noun)s"
    }

    /// A file in the folder of workflows that looks like one and can't be.
    private static func placeProblem(_ path: String) -> DefinitionProblem? {
        guard path.hasPrefix(WorkflowRepository.folder + "/") else { return nil }
        return WorkflowListing([(path, .blob, .zero)]).problems.first
    }
}
