import DocumentTree

/// Rows whose columns stand below each other.
struct Table {
    /// A cell: its text, without control characters, and its style.
    struct Cell {
        var text: String
        var styles: [Style] = []
        var alignsRight = false

        init(_ text: String, _ styles: Style..., alignsRight: Bool = false) {
            self.text = visibleLine(text)
            self.styles = styles
            self.alignsRight = alignsRight
        }
    }

    private var rows: [[Cell]] = []

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// Writes the rows, each column as wide as its widest cell, two spaces between.
    func write(to output: TextOutput, indent: String = "") {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], DisplayWidth.of(cell.text))
            }
        }
        for row in rows {
            var line = indent
            for (column, (cell, width)) in zip(row, widths).enumerated() {
                let padding = String(repeating: " ", count: width - DisplayWidth.of(cell.text))
                let styled = cell.styles.isEmpty || cell.text.isEmpty ? cell.text : styled(cell, on: output)
                let isLast = column == row.count - 1
                line += cell.alignsRight ? padding + styled : isLast ? styled : styled + padding
                if !isLast { line += "  " }
            }
            while line.last == " " { line.removeLast() }
            output.writeLine(line)
        }
    }

    private func styled(_ cell: Cell, on output: TextOutput) -> String {
        cell.styles.reduce(cell.text) { output.styled($0, $1) }
    }
}
