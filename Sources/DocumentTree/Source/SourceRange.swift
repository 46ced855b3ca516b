/// A place in a text.
public struct SourcePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    // A tree holds two places a node: half the size is half the memory of most trees. No text is longer than 4 GiB.
    private var storedLine: UInt32
    private var storedColumn: UInt32
    private var storedOffset: UInt32

    /// A place; `line` and `column` count from 1, `offset` in bytes from 0.
    public init(line: Int, column: Int, offset: Int) {
        storedLine = UInt32(clamping: line)
        storedColumn = UInt32(clamping: column)
        storedOffset = UInt32(clamping: offset)
    }

    /// The line, from 1.
    public var line: Int {
        get { Int(storedLine) }
        set { storedLine = UInt32(clamping: newValue) }
    }

    /// The column in Unicode scalars, from 1.
    public var column: Int {
        get { Int(storedColumn) }
        set { storedColumn = UInt32(clamping: newValue) }
    }

    /// The offset in UTF-8 bytes from the start of the text.
    public var offset: Int {
        get { Int(storedOffset) }
        set { storedOffset = UInt32(clamping: newValue) }
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
