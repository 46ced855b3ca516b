import DocumentTree
import WorkflowLanguage

/// A drawing on a terminal: rails and a line a step where they leave room for names, else the steps that can run side by
/// side.
struct GraphText {
    private let drawing: GraphDrawing
    /// The columns that names and notes need at least.
    private static let leastForNames = 24

    init(_ drawing: GraphDrawing) { self.drawing = drawing }

    /// Writes it, no line wider than the terminal.
    func write(to output: TextOutput, columns: Int) {
        output.writeLine(output.styled(DisplayWidth.cut(visibleLine(drawing.title), to: columns), .bold))
        let rails = RailText(drawing)
        guard rails.width + Self.leastForNames <= columns else { return writeWaves(to: output, columns: columns) }
        let indent = rails.width + 2
        for line in rails.lines {
            guard let place = line.node else {
                output.writeLine(output.styled(line.rails, .dim))
                continue
            }
            let node = drawing.nodes[place]
            let padding = String(repeating: " ", count: max(0, indent - line.rails.count))
            let text = label(node, columns: columns - indent, on: output)
            output.writeLine(signed(line, node.mark, on: output) + padding + text)
        }
    }

    /// The rails, with the step's own sign in its place.
    private func signed(_ line: RailText.Line, _ mark: GraphDrawing.Mark, on output: TextOutput) -> String {
        let before = String(line.rails.prefix(line.column))
        let after = String(line.rails.dropFirst(line.column + 1))
        let sign = mark.sign.isEmpty ? String(RailText.sign) : mark.sign
        let styledSign = mark.style.map { output.styled(sign, .bold, $0) } ?? sign
        return (before.isEmpty ? "" : output.styled(before, .dim)) + styledSign
            + (after.isEmpty ? "" : output.styled(after, .dim))
    }

    private func label(_ node: GraphDrawing.Node, columns: Int, on output: TextOutput) -> String {
        let name = DisplayWidth.cut(visibleLine(node.name), to: columns)
        let notes = [node.kind, node.note, node.undo.map { "↶ \($0)" } ?? ""].filter { !$0.isEmpty }
        let rest = columns - DisplayWidth.of(name) - 2
        let tail = rest > 4 ? DisplayWidth.cut(visibleLine(notes.joined(separator: " · ")), to: rest) : ""
        let styledName = node.mark.style.map { output.styled(name, $0) } ?? output.styled(name, .bold)
        return tail.isEmpty ? styledName : styledName + "  " + output.styled(tail, .dim)
    }

    /// For graphs that are too wide: a line for each group of steps that have the same number of steps before them.
    private func writeWaves(to output: TextOutput, columns: Int) {
        var waves: [[GraphDrawing.Node]] = []
        for (place, layer) in drawing.layers.enumerated() {
            while waves.count <= layer { waves.append([]) }
            waves[layer].append(drawing.nodes[place])
        }
        for (number, wave) in waves.enumerated() {
            var line = "\(number + 1)."
            for node in wave {
                let word = [node.mark.sign, visibleLine(node.name)].filter { !$0.isEmpty }.joined(separator: " ")
                if DisplayWidth.of(line) + DisplayWidth.of(word) + 2 > columns, line.count > 4 {
                    output.writeLine(line)
                    line = "  "
                }
                line += " " + DisplayWidth.cut(word, to: columns - 4) + ","
            }
            output.writeLine(String(line.dropLast()))
        }
    }
}

extension GraphDrawing.Mark {
    /// The colour on a terminal.
    var style: Style? {
        switch self {
        case .plain: nil
        case .succeeded, .added: .green
        case .failed, .removed: .red
        case .skipped: .dim
        case .cancelled, .undone, .waiting, .changed: .yellow
        case .running, .moved: .blue
        case .renamed: .magenta
        }
    }
}
