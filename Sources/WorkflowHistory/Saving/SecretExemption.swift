internal import DocumentTree
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
        changes.filter { !DefinitionCheck.newSecrets(in: $0).isEmpty }.map { Trailer(trailer, $0.label) }
    }
}

extension DefinitionCheck {
    /// What looks like a credential in clear text and was not there before: what was let through once is not asked for again.
    static func newSecrets(in change: ContentChange) -> [DefinitionProblem] {
        guard let new = change.new else { return [] }
        let found = secrets(at: change.path, new.bytes)
        guard let old = change.old, !found.isEmpty else { return found }
        let known = Set(secrets(at: change.path, old.bytes).map { line(of: $0, in: old.bytes) })
        return found.filter { !known.contains(line(of: $0, in: new.bytes)) }
    }

    /// The text of the line that a problem is in, without the blanks around it.
    private static func line(of problem: DefinitionProblem, in bytes: [UInt8]) -> String {
        guard let number = problem.position?.line else { return "" }
        let lines = bytes.split(separator: 0x0A, maxSplits: number, omittingEmptySubsequences: false)
        guard lines.indices.contains(number - 1) else { return "" }
        return CommitMessage.oneLine(String(decoding: lines[number - 1], as: UTF8.self)).split(separator: " ")
            .joined(separator: " ")
    }
}
