/// Positions of offsets, which are found fastest in ascending order. A line ends as in YAML 1.2 (section 5.4): LF, CR, or both.
public struct LineCounter {
    private let bytes: [UInt8]
    private let origin: SourcePosition
    private var position: SourcePosition

    /// A counter of the lines of `bytes` that starts at `position`.
    public init(_ bytes: [UInt8], from position: SourcePosition = .start) {
        self.bytes = bytes
        origin = position
        self.position = position
    }

    /// The place of `offset`, or of the text's end where that lies before it.
    public mutating func position(of offset: Int) -> SourcePosition {
        if offset < position.offset { position = origin }
        while position.offset < min(offset, bytes.count) {
            let byte = bytes[position.offset]
            let next = position.offset + 1
            // Of a line break in two bytes, the second ends the line.
            let isHalf = byte == UInt8(ascii: "\r") && next < bytes.count && bytes[next] == UInt8(ascii: "\n")
            if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && !isHalf) {
                position.line += 1
                position.column = 1
            } else if byte & 0xC0 != 0x80 {
                position.column += 1
            }
            position.offset = next
        }
        return position
    }
}
