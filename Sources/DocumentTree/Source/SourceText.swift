/// A text that is known to be UTF-8 and within its limit.
struct SourceText {
    let bytes: [UInt8]
    let name: String
    /// Whether all characters are of one byte, so that counting characters is counting bytes.
    let isASCII: Bool
    /// Where the text starts behind a byte order mark: 0 or 3.
    let start: Int

    /// U+FEFF in UTF-8.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Checks `bytes`: not too many, UTF-8, not UTF-16 by its look.
    init(checking bytes: [UInt8], name: String, limits: ParseLimits) throws(DocumentError) {
        self.bytes = bytes
        self.name = name
        start = bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        if bytes.count > limits.maximumBytes {
            throw DocumentError(
                .limit, name: name, position: .start,
                message: "the file has \(bytes.count) bytes, more than the \(limits.maximumBytes) allowed")
        }
        if bytes.count >= 2, Self.looksLikeUTF16(bytes[0], bytes[1]) {
            throw DocumentError(
                .encoding, name: name, position: .start, message: "the file is UTF-16, not UTF-8",
                hint: "convert it: iconv -f UTF-16 -t UTF-8 \(name)")
        }
        isASCII = try Self.checkUTF8(bytes, name: name) && start == 0
    }

    /// A byte order mark, or an ASCII character in two bytes.
    private static func looksLikeUTF16(_ first: UInt8, _ second: UInt8) -> Bool {
        (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF) || (first == 0) != (second == 0)
    }

    /// Whether all bytes are ASCII; throws at the first byte that can't stand where it stands.
    private static func checkUTF8(_ bytes: [UInt8], name: String) throws(DocumentError) -> Bool {
        var isASCII = true
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            isASCII = false
            let length = UTF8Sequence.length(in: bytes, at: index)
            guard length > 0 else {
                throw DocumentError(
                    .encoding, name: name, position: position(of: index, in: bytes),
                    message: "byte 0x\(String(bytes[index], radix: 16, uppercase: true)) is not valid UTF-8 here",
                    hint: "save the file as UTF-8")
            }
            index += length
        }
        return isASCII
    }

    /// The place of the byte at `offset`, counted from the start: for errors only.
    func position(of offset: Int) -> SourcePosition { Self.position(of: offset, in: bytes) }

    private static func position(of offset: Int, in bytes: [UInt8]) -> SourcePosition {
        var start = SourcePosition.start
        if bytes.starts(with: byteOrderMark) { start.offset = byteOrderMark.count }
        var counter = LineCounter(bytes, from: start)
        return counter.position(of: offset)
    }

    /// The text of a range.
    func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }
}

/// The byte sequences of UTF-8.
///
/// Source: The Unicode Standard, table 3-7 (well-formed UTF-8 byte sequences).
enum UTF8Sequence {
    /// The length of the well-formed sequence of several bytes at `index`, 0 where there is none.
    static func length(in bytes: [UInt8], at index: Int) -> Int {
        let lead = bytes[index]
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0...0)
            }
        guard length > 0, index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        for following in bytes[(index + 2)..<(index + length)] where following & 0xC0 != 0x80 { return 0 }
        return length
    }
}
