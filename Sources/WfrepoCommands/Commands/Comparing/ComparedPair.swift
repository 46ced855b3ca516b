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

    /// Whether anything differs, be it layout.
    var differs: Bool { old.bytes != new.bytes }

    /// The comparison by structure.
    func compared() throws(DocumentError) -> Comparison {
        return try Comparison(old: try parsed(old), new: try parsed(new))
    }

    private func parsed(_ side: Side) throws(DocumentError) -> DocumentStream {
        try DocumentStream.parse(side.bytes ?? [], name: side.label)
    }
}
