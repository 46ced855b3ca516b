import DocumentTree

extension ChangeSet {
    /// The differences in Markdown (CommonMark): a heading, the summary, a list item a change, and texts of several lines
    /// as fenced `diff` blocks.
    public func markdown() -> String {
        var text = "### \(Self.code(oldName == newName ? newName : "\(oldName) → \(newName)"))\n\n\(summary.line)\n"
        if !changes.isEmpty { text += "\n" }
        for change in changes { text += Self.item(change) }
        if !comments.isEmpty { text += "\n" }
        for change in comments {
            let what = change.isAdded ? "comment added" : "comment removed"
            text += "- \(what), line \(change.comment.range.start.line): \(Self.code(change.comment.text))\n"
        }
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

    /// Text without any meaning in Markdown or HTML.
    private static func plain(_ text: String) -> String {
        PrintableText.escape(text).map { "\\`*_{}[]<>#|~&".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var (longest, current) = (0, 0)
        for other in text {
            current = other == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}

extension Change.Kind {
    /// The kind in words.
    var title: String { self == .typeChanged ? "changed type" : rawValue }
}
