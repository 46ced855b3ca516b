internal import DocumentTree
internal import StructuralDiff
internal import WorkflowLanguage

/// The subject of a commit for which nobody gave a message, made from what changed: `deploy: add notify; load: retry 3 → 5`.
public enum SubjectLine {
    /// How long a subject gets, in characters: what git's own documentation and most tools keep to a line.
    static let length = 72
    /// Of more changed workflows than this a list of names says as much, and costs nothing.
    private static let mostCompared = 8

    /// The subject; nil where a plain list of names says as much.
    public static func describing(_ changes: [ContentChange]) -> String? {
        if let rename = rename(changes) { return rename }
        guard !changes.isEmpty, changes.count <= mostCompared else { return nil }
        var described: [(name: String, phrases: [String])] = []
        for change in changes {
            guard let phrases = phrases(of: change) else { return nil }
            described.append((change.label, phrases))
        }
        guard described.count > 1, let first = described.first else {
            return described.first.map { joined($0.phrases, behind: "\($0.name): ") }
        }
        let inBrackets = described.map { "\($0.name) (\($0.phrases.joined(separator: "; ")))" }.joined(separator: ", ")
        if inBrackets.count <= length { return inBrackets }
        // What is said of all of them alike is said once.
        guard described.allSatisfy({ $0.phrases == first.phrases }) else { return nil }
        return joined(first.phrases, behind: ContentChange.list(described.map(\.name)) + ": ")
    }

    /// What was done to one workflow; nil where it came, went or can't be compared.
    private static func phrases(of change: ContentChange) -> [String]? {
        guard let name = change.workflow, let old = change.old, let new = change.new else { return nil }
        guard old.bytes != new.bytes else { return old.mode == new.mode ? nil : ["mode"] }
        guard let before = try? DocumentStream.parse(old.bytes, name: change.path, limits: Workflow.limits),
            let after = try? DocumentStream.parse(new.bytes, name: change.path, limits: Workflow.limits),
            let comparison = try? Comparison(old: before, new: after)
        else { return nil }
        if comparison.changes.isEmpty { return [comparison.changes.comments.isEmpty ? "layout only" : "comments only"] }
        guard let oldWorkflow = DefinitionCheck.workflow(name, at: change.path, old.bytes),
            let newWorkflow = DefinitionCheck.workflow(name, at: change.path, new.bytes)
        else { return nil }
        let phrases = WorkflowComparison(comparison, old: oldWorkflow, new: newWorkflow).phrases
        return phrases.isEmpty ? nil : phrases
    }

    /// As many phrases as fit, and how many more there are.
    private static func joined(_ phrases: [String], behind prefix: String) -> String {
        var shown = phrases.count
        while shown > 0 {
            let rest = phrases.count - shown
            let text = prefix + phrases.prefix(shown).joined(separator: "; ") + (rest > 0 ? "; \(rest) more" : "")
            if text.count <= length { return text }
            shown -= 1
        }
        let rest = phrases.count > 1 ? "; \(phrases.count - 1) more" : ""
        return (prefix + (phrases.first ?? "")).prefix(length - rest.count - 1) + "…" + rest
    }

    /// One file under another name, its content as it was.
    private static func rename(_ changes: [ContentChange]) -> String? {
        guard changes.count == 2, let old = changes.first(where: { $0.new == nil }),
            let new = changes.first(where: { $0.old == nil }), old.old?.bytes == new.new?.bytes,
            let from = old.workflow, let to = new.workflow
        else { return nil }
        return from == to ? "Rename \(old.path) to \(new.path)" : "Rename \(from) to \(to)"
    }
}
