internal import DocumentTree

extension GraphDrawing {
    /// The graph as a picture in SVG, which stands alone: no script, no font and no style from elsewhere. It follows the
    /// reader's choice of a dark or a light ground.
    ///
    /// Source: SVG 1.1; `prefers-color-scheme` of Media Queries 5.
    public var svg: String {
        let boxes = nodes.map(Box.init)
        let titleWidth = Double(title.count) * Box.letter * 1.3
        let layout = LayeredLayout(
            edges: edges.map { ($0.from, $0.to) }, widths: boxes.map(\.width), distance: Box.height + 46, margin: 24)
        let width = Int(max(layout.width, titleWidth + 48).rounded(.up))
        let height = Int(layout.height.rounded(.up)) + 32
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
            role="img" aria-label="\(Self.xml(title))">
            <style>
              text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; text-anchor: middle }
              .title { font-weight: 600; font-size: 15px; text-anchor: start } .small { font-size: 11px; fill: #59636e }
              rect { fill: #f6f8fa } .ground { fill: #ffffff }
              @media (prefers-color-scheme: dark) {
                text { fill: #f0f6fc } .small { fill: #9198a1 } rect { fill: #151b23 } .ground { fill: #0d1117 }
              }
            </style>
            <rect class="ground" width="100%" height="100%"/>
            <text class="title" x="24" y="28">\(Self.xml(title))</text>
            <g transform="translate(\(Self.number((Double(width) - layout.width) / 2)) 32)">

            """
        func middle(of node: Int) -> LayeredLayout.Point {
            let centre = layout.centres[node]
            return LayeredLayout.Point(x: centre.x - boxes[node].undoWidth / 2, y: centre.y)
        }
        for (edge, bends) in zip(edges, layout.bends) {
            text += Self.path(from: middle(of: edge.from), through: bends, to: middle(of: edge.to), mark: edge.mark)
        }
        for (box, centre) in zip(boxes, layout.centres) { text += box.svg(at: centre) }
        return text + "</g>\n</svg>\n"
    }

    /// A curve from the lower side of one box to the upper side of another one, with its head.
    private static func path(
        from start: LayeredLayout.Point, through bends: [LayeredLayout.Point], to end: LayeredLayout.Point, mark: Mark
    ) -> String {
        let half = Box.height / 2
        var last = LayeredLayout.Point(x: start.x, y: start.y + half)
        var data = "M\(number(last.x)) \(number(last.y))"
        for next in bends + [LayeredLayout.Point(x: end.x, y: end.y - half - 7)] {
            let middle = number((last.y + next.y) / 2)
            data += " C\(number(last.x)) \(middle) \(number(next.x)) \(middle) \(number(next.x)) \(number(next.y))"
            last = next
        }
        let dashes = mark.isDashed ? " stroke-dasharray=\"5 4\"" : ""
        let strokeWidth = mark == .plain ? "1.5" : "2"
        let tip = number(end.y - half)
        let base = number(end.y - half - 8)
        return """
            <path d="\(data)" fill="none" stroke="\(mark.stroke)" stroke-width="\(strokeWidth)"\(dashes)/>
            <path d="M\(number(end.x)) \(tip) L\(number(end.x - 4.5)) \(base) L\(number(end.x + 4.5)) \(base) Z" fill="\(mark.stroke)"/>

            """
    }

    /// A box of the picture.
    private struct Box {
        static let height = 44.0
        /// The mean width of a letter of 13 pixels; wide ones fit because labels mix them.
        static let letter = 7.4
        private static let most = 34

        let name: String
        let detail: String
        let undo: String?
        let mark: Mark
        let width: Double
        /// The part of the width that what undoes the step takes, at the right.
        let undoWidth: Double

        init(_ node: Node) {
            name = Self.cut([node.mark.sign, node.name].filter { !$0.isEmpty }.joined(separator: " "))
            detail = Self.cut([node.kind, node.note].filter { !$0.isEmpty }.joined(separator: " · "))
            undo = node.undo.map { Self.cut("↶ \($0)") }
            mark = node.mark
            let widest = max(Double(name.count) * Self.letter, Double(detail.count) * Self.letter * 0.88)
            undoWidth = undo.map { Double($0.count) * Self.letter * 0.88 + 18 } ?? 0
            width = max(84, widest + 28) + undoWidth
        }

        private static func cut(_ text: String) -> String {
            let safe = PrintableText.escape(text)
            return safe.count > most ? "\(safe.prefix(most - 1))…" : safe
        }

        func svg(at centre: LayeredLayout.Point) -> String {
            let (left, top) = (centre.x - width / 2, centre.y - Self.height / 2)
            let own = width - undoWidth
            let middle = GraphDrawing.number(left + own / 2)
            let dashes = mark.isDashed ? " stroke-dasharray=\"5 4\"" : ""
            let frame =
                "x=\"\(GraphDrawing.number(left))\" y=\"\(GraphDrawing.number(top))\" width=\"\(GraphDrawing.number(own))\" "
                + "height=\"\(GraphDrawing.number(Self.height))\" rx=\"7\""
            var text =
                "<rect \(frame) stroke=\"\(mark.stroke)\" stroke-width=\"\(mark == .plain ? "1.5" : "2")\"\(dashes)/>\n"
            let nameLine = GraphDrawing.number(detail.isEmpty ? centre.y + 4.5 : centre.y - 2)
            text += "<text x=\"\(middle)\" y=\"\(nameLine)\">\(GraphDrawing.xml(name))</text>\n"
            if !detail.isEmpty {
                text +=
                    "<text class=\"small\" x=\"\(middle)\" y=\"\(GraphDrawing.number(centre.y + 13))\">\(GraphDrawing.xml(detail))</text>\n"
            }
            guard let undo else { return text }
            let undoLeft = left + own
            text +=
                "<rect x=\"\(GraphDrawing.number(undoLeft + 4))\" y=\"\(GraphDrawing.number(centre.y - 12))\" "
                + "width=\"\(GraphDrawing.number(undoWidth - 4))\" height=\"24\" rx=\"6\" stroke=\"#8b949e\" stroke-dasharray=\"3 3\"/>\n"
                + "<text class=\"small\" x=\"\(GraphDrawing.number(undoLeft + 2 + undoWidth / 2))\" "
                + "y=\"\(GraphDrawing.number(centre.y + 4))\">\(GraphDrawing.xml(undo))</text>\n"
            return text
        }
    }

    /// A number with one decimal.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10)
            ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    /// Text of an element or an attribute.
    private static func xml(_ text: String) -> String {
        PrintableText.escape(text).replacingScalars(["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"])
    }
}
