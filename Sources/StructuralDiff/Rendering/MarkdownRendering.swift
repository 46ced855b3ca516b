import DocumentTree

extension ChangeSet {
    /// The differences in Markdown (CommonMark): a heading, the summary, a list item a change, and texts of several lines
    /// as fenced `diff` blocks.
    ///
    /// - Parameter meaning: What the differences mean, where the caller knows it: a table below them, as GitHub Flavored
    ///   Markdown has it.
    public func markdown(meaning: MeaningTable? = nil) -> String {
        var text = "### \(Self.code(oldName == newName ? newName : "\(oldName) → \(newName)"))\n\n\(summary.line)\n"
        if !changes.isEmpty { text += "\n" }
        for change in changes { text += Self.item(change) }
        if !comments.isEmpty { text += "\n" }
        for change in comments {
            let what = change.isAdded ? "comment added" : "comment removed"
            text += "- \(what), line \(change.comment.range.start.line): \(Self.code(change.comment.text))\n"
        }
        if let meaning { text += "\n" + meaning.markdown }
        return text
    }

    private static func item(_ change: Change) -> String {
        let description = ChangeDescription(change: change)
        var text = "- **\(change.kind.title)** \(code(change.path.description))"
        if let detail = description.detail {
            switch change.kind {
            case .moved, .renamed: text += " \(plain(detail))"
            default: text += ": \(code(detail))"
            }
        }
        text += " (\(description.place))\n"
        if description.detail == nil { text += fence(DifferenceLine.lines(of: change)) }
        return text
    }

    /// A code block inside of a list item, its fence longer than any in the text.
    private static func fence(_ lines: [DifferenceLine]) -> String {
        let texts = lines.map { "\($0.mark) \(PrintableText.escape($0.text))" }
        let longest = texts.map { longestRun(of: "`", in: $0) }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return (["\(fence)diff"] + texts + [fence]).map { "  \($0)\n" }.joined()
    }

    /// A code span, its fence longer than any in the text.
    private static func code(_ text: String) -> String {
        let safe = PrintableText.escape(text)
        let fence = String(repeating: "`", count: longestRun(of: "`", in: safe) + 1)
        let space = safe.hasPrefix("`") || safe.hasSuffix("`") ? " " : ""
        return fence + space + safe + space + fence
    }

    private static func plain(_ text: String) -> String { MarkdownText.escape(text) }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var (longest, current) = (0, 0)
        for other in text {
            current = other == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}

extension MeaningTable {
    /// The table, with its title as a heading.
    fileprivate var markdown: String {
        let head = Self.row(columns.map(MarkdownText.escape))
        let rule = Self.row(columns.map { _ in "---" })
        let body = rows.map { cells in
            Self.row(
                cells.map { cell in
                    let verdict = cell.verdict.map { verdict in
                        verdict.weight == .high ? "**\(verdict.word)** — " : "\(verdict.word) — "
                    }
                    return (verdict ?? "") + MarkdownText.escape(cell.text)
                })
        }
        return "#### \(MarkdownText.escape(title))\n\n" + head + rule + body.joined()
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
}

/// Text in Markdown.
enum MarkdownText {
    /// Text on one line without any meaning in Markdown or HTML.
    static func escape(_ text: String) -> String {
        PrintableText.escape(text).map { "\\`*_{}[]<>#|~&".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}

extension Change.Kind {
    /// The kind in words.
    var title: String { self == .typeChanged ? "changed type" : rawValue }
}
