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
                widths[column] = max(widths[column], displayWidth(cell.text))
            }
        }
        for row in rows {
            var line = indent
            for (column, (cell, width)) in zip(row, widths).enumerated() {
                let padding = String(repeating: " ", count: width - displayWidth(cell.text))
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

/// The columns that `text` takes on a terminal: wide East Asian characters and emoji take two, combining marks none.
///
/// Source: Unicode Standard Annex 11, in the coarse ranges that terminals agree on.
func displayWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + displayWidth(of: $1) }
}

private func displayWidth(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x300: 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        2
    default:
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default: 1
        }
    }
}
