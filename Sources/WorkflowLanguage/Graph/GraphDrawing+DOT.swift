internal import DocumentTree

extension GraphDrawing {
    /// The graph in Graphviz's language; what undoes a step stands beside it.
    ///
    /// Source: Graphviz, "The DOT Language".
    public var dot: String {
        var text = "digraph \(Self.dotText(title)) {\n"
        text += "  rankdir=TB; node [shape=box, style=rounded, fontname=\"sans-serif\"]; edge [color=\"#8b949e\"];\n"
        for (place, node) in nodes.enumerated() {
            let lines = [
                [node.mark.sign, node.name].filter { !$0.isEmpty }.joined(separator: " "), node.kind, node.note,
            ]
            let label = lines.filter { !$0.isEmpty }.joined(separator: "\n")
            let style = node.mark.isDashed ? "rounded,dashed" : "rounded"
            text += "  n\(place) [label=\(Self.dotText(label)), color=\"\(node.mark.stroke)\", style=\"\(style)\"];\n"
            if let undo = node.undo {
                text += "  u\(place) [label=\(Self.dotText("↶ \(undo)")), style=\"rounded,dashed\"];\n"
                text += "  n\(place) -> u\(place) [style=dashed, dir=none, constraint=false];\n"
            }
        }
        for edge in edges {
            let style = edge.mark.isDashed ? ", style=dashed" : ""
            let mark = edge.mark == .plain ? "" : " [color=\"\(edge.mark.stroke)\", penwidth=2\(style)]"
            text += "  n\(edge.from) -> n\(edge.to)\(mark);\n"
        }
        return text + "}\n"
    }

    /// A quoted text.
    private static func dotText(_ text: String) -> String {
        let escaped = PrintableText.escape(text, keepsLines: true)
            .replacingScalars(["\\": "\\\\", "\"": "\\\"", "\n": "\\n"])
        return "\"\(escaped)\""
    }
}
