import DocumentTree
import GitStore
import StructuralDiff
import WorkflowLanguage

/// Two states of one definition.
struct ComparedPair {
    /// One of them.
    struct Side {
        /// What it is called: `deploy@v3`, a path.
        var label: String
        /// Its bytes; nil where there is no such file.
        var bytes: [UInt8]?
        /// Its mode in git, where that is known.
        var mode: FileMode?
        /// Its path from the top of the tree, where it is one of all that may differ.
        var path: String?
    }

    var old: Side
    var new: Side
    /// Whether both are states of a workflow, and not any file.
    var isWorkflow = true
    /// Whether somebody asked for just these two; else they are among all that may differ.
    var isAskedFor = false

    /// Whether any content differs, be it layout.
    var differs: Bool { old.bytes != new.bytes }

    /// The paths before and after, where the file has another one since.
    var move: (old: String, new: String)? {
        guard old.bytes != nil, new.bytes != nil, let before = old.path, let after = new.path, before != after else {
            return nil
        }
        return (before, after)
    }

    /// The workflow's names before and after, where it has another one since.
    var renaming: (old: WorkflowName, new: WorkflowName)? {
        guard let move, let before = WorkflowName(path: move.old), let after = WorkflowName(path: move.new),
            before != after
        else { return nil }
        return (before, after)
    }

    /// That the file moved, on a line of its own; empty where it did not.
    var moveLine: String { move.map { visibleLine("renamed from \($0.old) to \($0.new)") + "\n" } ?? "" }

    /// What changed of the file's mode, for a person; nil where nothing did.
    var modeChange: String? {
        guard let before = old.mode, let after = new.mode, before != after else { return nil }
        return "~ \(new.label): mode \(String(before.rawValue, radix: 8)) → \(String(after.rawValue, radix: 8))"
    }

    /// The comparison by structure.
    func compared() throws(DocumentError) -> Comparison {
        let (before, after) = try DocumentStream.parseBoth(
            (old.bytes ?? [], old.label), (new.bytes ?? [], new.label), growsHeap: true)
        return try Comparison(old: before, new: after)
    }
}
