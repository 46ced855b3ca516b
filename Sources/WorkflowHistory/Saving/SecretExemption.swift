internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

/// What looks like a credential and was said to be none.
///
/// The commit that lets it through names the workflow in a trailer, so that everybody can see it and the repository that
/// receives the commit lets it through, too.
enum SecretExemption {
    /// The key of the trailer: `Allowed-Secret: deploy`.
    static let trailer = "Allowed-Secret"

    /// The trailers for a save in which such texts were allowed.
    static func trailers(for changes: [ContentChange]) -> [Trailer] {
        DefinitionCheck.newSecrets(in: changes).map { Trailer(trailer, $0.change.label) }
    }
}

extension WorkflowRepository {
    /// The lines with what looks like a credential that a commit says to be none: those of the definitions that it names,
    /// as they stand in it.
    func allowedLines(by commit: Commit) throws -> Set<String> {
        var lines: Set<String> = []
        for trailer in commit.trailers where trailer.key == SecretExemption.trailer {
            guard let name = WorkflowName(trailer.value), let file = try file(of: name, in: commit.tree),
                file.mode.isRegularFile
            else { continue }
            lines.formUnion(DefinitionCheck.secretLines(at: file.path, try definition(file)))
        }
        return lines
    }
}

extension DefinitionCheck {
    /// What looks like a credential in clear text and was in none of the changed files before, by file: what was let
    /// through once is not asked for again, also where it moved with its workflow.
    static func newSecrets(
        in changes: [ContentChange], allowing allowed: Set<String> = []
    ) -> [(change: ContentChange, problems: [DefinitionProblem])] {
        let found = changes.filter { $0.workflow != nil }.compactMap { change in
            change.new.map { (change, secrets(at: change.path, $0.bytes)) }
        }.filter { !$0.1.isEmpty }
        guard !found.isEmpty else { return [] }
        var known = allowed
        for change in changes { if let old = change.old?.bytes { known.formUnion(secretLines(at: change.path, old)) } }
        return found.map { change, problems in
            (change, problems.filter { !known.contains(line(of: $0, in: change.new?.bytes ?? [])) })
        }.filter { !$0.1.isEmpty }
    }

    /// The lines with what looks like a credential.
    static func secretLines(at path: String, _ bytes: [UInt8]) -> Set<String> {
        Set(secrets(at: path, bytes).map { line(of: $0, in: bytes) })
    }

    /// The text of the line that a problem is in, without the blanks around it.
    static func line(of problem: DefinitionProblem, in bytes: [UInt8]) -> String {
        guard let number = problem.position?.line else { return "" }
        let lines = bytes.split(separator: 0x0A, maxSplits: number, omittingEmptySubsequences: false)
        guard lines.indices.contains(number - 1) else { return "" }
        return CommitMessage.oneLine(String(decoding: lines[number - 1], as: UTF8.self)).split(separator: " ")
            .joined(separator: " ")
    }
}
