internal import DocumentTree

extension GraphDrawing {
    /// The graph as a flowchart of Mermaid; what undoes a step stands beside it.
    public var mermaid: String {
        var text = "flowchart TD\n"
        for (place, node) in nodes.enumerated() {
            let lines = [
                [node.mark.sign, node.name].filter { !$0.isEmpty }.joined(separator: " "), node.kind, node.note,
            ]
            let label = lines.filter { !$0.isEmpty }.map(Self.mermaidText).joined(separator: "<br/>")
            text += "  n\(place)[\"\(label)\"]:::\(node.mark.rawValue)\n"
            if let undo = node.undo {
                text += "  u\(place)([\"↶ \(Self.mermaidText(undo))\"]):::undo\n  n\(place) -.- u\(place)\n"
            }
        }
        // Links are counted in written order, those to what undoes a step included.
        var count = nodes.count { $0.undo != nil }
        for edge in edges {
            text += "  n\(edge.from) \(edge.mark.isDashed ? "-.->" : "-->") n\(edge.to)\n"
            if edge.mark != .plain { text += "  linkStyle \(count) stroke:\(edge.mark.stroke),stroke-width:2px\n" }
            count += 1
        }
        for mark in Mark.allCases where nodes.contains(where: { $0.mark == mark }) {
            let dashes = mark.isDashed ? ",stroke-dasharray:4 3" : ""
            text += "  classDef \(mark.rawValue) stroke:\(mark.stroke),stroke-width:2px\(dashes)\n"
        }
        if nodes.contains(where: { $0.undo != nil }) { text += "  classDef undo stroke-dasharray:3 3\n" }
        return text
    }

    /// A label's text, with Mermaid's own escapes for what would end or format it.
    private static func mermaidText(_ text: String) -> String {
        PrintableText.escape(text).unicodeScalars.map { scalar in
            "\"#;<>&`\\[]{}()*_$".unicodeScalars.contains(scalar) ? "#\(scalar.value);" : String(scalar)
        }.joined()
    }
}
