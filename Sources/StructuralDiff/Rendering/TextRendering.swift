import DocumentTree

/// How differences are told on a terminal.
public struct TextOptions: Hashable, Sendable {
    /// Whether colours are used (ANSI escape sequences).
    public var isColored: Bool
    /// How many lines of an added or removed value are shown.
    public var maximumValueLines: Int
    /// Whether the names of the two documents stand above.
    public var showsNames: Bool

    /// Options.
    public init(isColored: Bool = false, maximumValueLines: Int = 40, showsNames: Bool = true) {
        self.isColored = isColored
        self.maximumValueLines = maximumValueLines
        self.showsNames = showsNames
    }
}

extension ChangeSet {
    /// The differences as a person tells them, a line each, with the lines of both texts; empty where the texts are the
    /// same. Nothing in it that came from a document can steer a terminal.
    public func text(_ options: TextOptions = TextOptions()) -> String {
        guard textDiffers || !isEmpty else { return "" }
        var rendering = TextRendering(options: options)
        rendering.write(self)
        return rendering.lines.map { $0 + "\n" }.joined()
    }
}

/// Writes differences line by line.
struct TextRendering {
    private let style: TerminalStyle
    private let options: TextOptions
    private(set) var lines: [String] = []

    init(options: TextOptions) {
        self.options = options
        style = TerminalStyle(isColored: options.isColored)
    }

    mutating func write(_ set: ChangeSet) {
        if options.showsNames {
            lines.append(style.apply(.heading, "--- \(PrintableText.escape(set.oldName))"))
            lines.append(style.apply(.heading, "+++ \(PrintableText.escape(set.newName))"))
        }
        if set.isEmpty {
            lines.append(
                set.comments.isEmpty
                    ? "The layout differs; the meaning is the same."
                    : "Comments differ; the meaning is the same.")
        }
        for change in set.changes { write(change) }
        for change in set.comments {
            let mark = change.isAdded ? "+" : "-"
            let text = PrintableText.escape(change.comment.text)
            lines.append(
                style.apply(change.isAdded ? .added : .removed, "\(mark) \(text)")
                    + style.apply(.faint, "  (comment, line \(change.comment.range.start.line))"))
        }
    }

    private mutating func write(_ change: Change) {
        let description = ChangeDescription(change: change)
        let tone = TerminalStyle.Tone(change.kind)
        let path = PrintableText.escape(change.path.description)
        var line = style.apply(tone, "\(change.kind.mark) \(path)")
        if let detail = description.detail {
            line += ": " + PrintableText.escape(detail)
        }
        lines.append(line + style.apply(.faint, "  (\(description.place))"))
        if description.detail == nil { writeValues(of: change) }
    }

    private mutating func writeValues(of change: Change) {
        for line in DifferenceLine.lines(of: change, maximumValueLines: options.maximumValueLines) {
            let text = "    \(line.mark) \(PrintableText.escape(line.text))"
            switch line.mark {
            case "-": lines.append(style.apply(.removed, text))
            case "+": lines.append(style.apply(.added, text))
            default: lines.append(text)
            }
        }
    }
}
