/// Positions of offsets that only grow.
struct LineCounter {
    private let bytes: [UInt8]
    private var position: SourcePosition

    /// A counter of the lines of `bytes` that starts at `position`.
    init(_ bytes: [UInt8], from position: SourcePosition = .start) {
        self.bytes = bytes
        self.position = position
    }

    /// The place of `offset`, which must not be before the one asked for last.
    mutating func position(of offset: Int) -> SourcePosition {
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
