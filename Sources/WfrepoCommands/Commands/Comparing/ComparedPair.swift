import DocumentTree
import StructuralDiff

/// Two states of one definition.
struct ComparedPair {
    /// One of them.
    struct Side {
        /// What it is called: `deploy@v3`, a path.
        var label: String
        /// Its bytes; nil where there is no such file.
        var bytes: [UInt8]?
    }

    var old: Side
    var new: Side
    /// Whether both are states of a workflow, and not any file.
    var isWorkflow = true
    /// Whether somebody asked for just these two; else they are among all that may differ.
    var isAskedFor = false

    /// Whether anything differs, be it layout.
    var differs: Bool { old.bytes != new.bytes }

    /// The comparison by structure.
    func compared() throws(DocumentError) -> Comparison {
        let (before, after) = try DocumentStream.parseBoth(
            (old.bytes ?? [], old.label), (new.bytes ?? [], new.label), growsHeap: true)
        return try Comparison(old: before, new: after)
    }
}
