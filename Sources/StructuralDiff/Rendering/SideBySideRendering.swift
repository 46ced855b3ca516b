import DocumentTree

extension ChangeSet {
    /// The differences in two columns, the old document on the left; empty where the texts are the same.
    ///
    /// - Parameters:
    ///   - width: The width of the terminal in columns; at least 40.
    ///   - isColored: Whether colours are used.
    public func sideBySide(width: Int = 120, isColored: Bool = false) -> String {
        guard textDiffers || !isEmpty else { return "" }
        let columns = TwoColumns(width: max(40, width), style: TerminalStyle(isColored: isColored))
        var text = columns.row(oldName, newName, .heading)
        if isEmpty { text += summary.line + "\n" }
        for change in changes { text += columns.rows(change) }
        for change in comments {
            let comment = "\(change.comment.range.start.line): \(change.comment.text)"
            text += change.isAdded ? columns.row("", comment, .added) : columns.row(comment, "", .removed)
        }
        return text
    }
}

/// Rows of two columns.
private struct TwoColumns {
    let style: TerminalStyle
    private let column: Int

    init(width: Int, style: TerminalStyle) {
        self.style = style
        column = (width - 3) / 2
    }

    func rows(_ change: Change) -> String {
        let description = ChangeDescription(change: change)
        let tone = TerminalStyle.Tone(change.kind)
        let title = "\(change.kind.mark) \(change.path)"
        var text =
            style.apply(tone, PrintableText.escape(title)) + style.apply(.faint, "  (\(description.place))") + "\n"
        switch change.kind {
        case .moved, .renamed:
            text += row(change.oldPath?.description ?? "", change.newPath?.description ?? "", tone)
        case .added, .removed, .changed, .typeChanged:
            for (left, right) in pairs(change) { text += row(left, right, nil) }
        }
        return text
    }

    /// The lines of both values next to each other: of two texts the equal lines on one level.
    private func pairs(_ change: Change) -> [(String?, String?)] {
        if change.old?.string == nil || change.new?.string == nil {
            let left = change.old.map(YAMLText.lines) ?? []
            let right = change.new.map(YAMLText.lines) ?? []
            return Self.zipped(left, right)
        }
        var result: [(String?, String?)] = []
        var (left, right): ([String], [String]) = ([], [])
        for line in DifferenceLine.lines(of: change) {
            switch line.mark {
            case "-": left.append(line.text)
            case "+": right.append(line.text)
            default:
                result += Self.zipped(left, right) + [(line.text, line.text)]
                (left, right) = ([], [])
            }
        }
        return result + Self.zipped(left, right)
    }

    private static func zipped(_ left: [String], _ right: [String]) -> [(String?, String?)] {
        (0..<max(left.count, right.count)).map {
            ($0 < left.count ? left[$0] : nil, $0 < right.count ? right[$0] : nil)
        }
    }

    /// One row; without a tone, what is on one side only, or differs, is coloured.
    func row(_ left: String?, _ right: String?, _ tone: TerminalStyle.Tone?) -> String {
        let isEqual = left == right
        let leftCell = cell(left ?? "")
        let rightCell = cell(right ?? "", isLast: true)
        let middle = isEqual || tone != nil ? "│" : left == nil ? ">" : right == nil ? "<" : "|"
        return styled(leftCell, tone ?? (isEqual ? nil : .removed)) + " \(middle) "
            + styled(rightCell, tone ?? (isEqual ? nil : .added)) + "\n"
    }

    private func styled(_ text: String, _ tone: TerminalStyle.Tone?) -> String {
        guard let tone, !text.isEmpty else { return text }
        return style.apply(tone, text)
    }

    /// A text cut or filled to the column's width.
    private func cell(_ text: String, isLast: Bool = false) -> String {
        let cut = DisplayWidth.cut(PrintableText.escape(text), to: column)
        return isLast ? cut : cut + String(repeating: " ", count: max(0, column - DisplayWidth.of(cut)))
    }
}
