/// A place in a text.
public struct SourcePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int
    /// The offset in UTF-8 bytes from the start of the text.
    public var offset: Int

    /// A place; `line` and `column` count from 1, `offset` in bytes from 0.
    public init(line: Int, column: Int, offset: Int) {
        self.line = line
        self.column = column
        self.offset = offset
    }

    /// The start of a text.
    public static let start = SourcePosition(line: 1, column: 1, offset: 0)

    /// Whether `left` stands before `right`.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool { left.offset < right.offset }

    /// `line:column`, as compilers write it.
    public var description: String { "\(line):\(column)" }
}

/// A stretch of a text, its end not included.
public struct SourceRange: Hashable, Sendable {
    /// The first place of the stretch.
    public var start: SourcePosition
    /// The place behind the stretch.
    public var end: SourcePosition

    /// The stretch from `start` up to, not including, `end`.
    public init(start: SourcePosition, end: SourcePosition) {
        self.start = start
        self.end = end
    }

    /// The stretch in UTF-8 bytes.
    public var bytes: Range<Int> { start.offset..<max(start.offset, end.offset) }
}
