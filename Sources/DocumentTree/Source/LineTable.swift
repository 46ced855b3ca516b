/// Where the lines of a text start, for positions of offsets in any order.
struct LineTable {
    private let text: SourceText
    private let starts: [Int]

    init(_ text: SourceText) {
        self.text = text
        var starts = [text.start]
        let bytes = text.bytes
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            let isHalf =
                byte == UInt8(ascii: "\r") && offset + 1 < bytes.count && bytes[offset + 1] == UInt8(ascii: "\n")
            if !isHalf { starts.append(offset + 1) }
        }
        self.starts = starts
    }

    /// The place of the byte at `offset`.
    func position(of offset: Int) -> SourcePosition {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let before = text.bytes[min(starts[low], offset)..<offset]
        let column = text.isASCII ? before.count : before.count { $0 & 0xC0 != 0x80 }
        return SourcePosition(line: low + 1, column: column + 1, offset: offset)
    }
}
