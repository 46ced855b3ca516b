/// Reads JSON from its start to its end without making a tree of it: what is not asked for is passed over.
///
/// It is lenient about what it passes over, and strict about what it hands out. An index of a million records is made with it,
/// at a tenth of a full parser's time; whether a record is whole is for `verify` to say.
struct JSONCursor {
    /// The text is no JSON, or not what was asked for.
    struct Fault: Error {}

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8]) { self.init(bytes, in: bytes.indices) }

    /// Reads what stands in a part of some bytes, such as a line of a text.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        let range = range.clamped(to: bytes.indices)
        position = range.lowerBound
        end = range.upperBound
    }

    /// Gives each key of an object to `body`, which reads or skips the value.
    mutating func forEachKey(_ body: (inout JSONCursor, String) throws -> Void) throws {
        try expect(UInt8(ascii: "{"))
        if try peek() == UInt8(ascii: "}") { return advance() }
        while true {
            let key = try text()
            try expect(UInt8(ascii: ":"))
            try body(&self, key)
            if try isAtEnd(UInt8(ascii: "}")) { return }
        }
    }

    /// Gives each item of an array to `body`, which reads or skips it.
    mutating func forEachItem(_ body: (inout JSONCursor) throws -> Void) throws {
        try expect(UInt8(ascii: "["))
        if try peek() == UInt8(ascii: "]") { return advance() }
        while true {
            try body(&self)
            if try isAtEnd(UInt8(ascii: "]")) { return }
        }
    }

    /// A string; nil for null.
    mutating func string() throws -> String? {
        guard try peek() != UInt8(ascii: "n") else {
            try skip()
            return nil
        }
        return try text()
    }

    /// A string; nil for anything else, which is passed over.
    mutating func textIfAny() throws -> String? {
        if try peek() == UInt8(ascii: "\"") { return try text() }
        try skip()
        return nil
    }

    /// An integer; nil for null.
    mutating func integer() throws -> Int? {
        let first = try peek()
        guard first != UInt8(ascii: "n") else {
            try skip()
            return nil
        }
        let isNegative = first == UInt8(ascii: "-")
        if isNegative { advance() }
        var value = 0
        var digits = 0
        while position < end, (0x30...0x39).contains(bytes[position]) {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = scaled.addingReportingOverflow(Int(bytes[position] - 0x30))
            guard !overflow, !tooLarge else { throw Fault() }
            value = sum
            digits += 1
            advance()
        }
        guard digits > 0 else { throw Fault() }
        return isNegative ? -value : value
    }

    /// A truth value.
    mutating func bool() throws -> Bool {
        let isTrue = try peek() == UInt8(ascii: "t")
        try skip()
        return isTrue
    }

    /// Whether the next value is null, which is then passed over.
    mutating func isNull() throws -> Bool {
        guard try peek() == UInt8(ascii: "n") else { return false }
        try skip()
        return true
    }

    /// Passes over the next value, however deep it is.
    mutating func skip() throws {
        _ = try peek()
        let (start, end) = (position, end)
        position = try bytes.withUnsafeBufferPointer { try Self.end(ofValueAt: start, in: $0[..<end]) }
    }

    /// Most of a record is passed over, so this looks at the bytes as they lie, and checks the end of the text by itself.
    private static func end(ofValueAt start: Int, in bytes: Slice<UnsafeBufferPointer<UInt8>>) throws -> Int {
        let (bytes, end) = (bytes.base, bytes.endIndex)
        var position = start
        var depth = 0
        repeat {
            while position < end, bytes[position] <= 0x20 { position += 1 }
            guard position < end else { throw Fault() }
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth >= 0 else { throw Fault() }
                position += 1
            case UInt8(ascii: "\""): position = try endOfText(at: position + 1, in: bytes, end).position + 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw Fault() }
                position += 1
            default:
                // A stray byte must not stop the progress.
                repeat { position += 1 } while position < end && !endsWord(bytes[position])
            }
        } while depth > 0
        return position
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
            || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "\"")
    }

    /// Where the quote stands that ends a text, and whether there are escapes before it.
    private static func endOfText(
        at start: Int, in bytes: UnsafeBufferPointer<UInt8>, _ end: Int
    ) throws -> (position: Int, hasEscapes: Bool) {
        var position = start
        var hasEscapes = false
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: "\""): return (position, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += 2
            default: position += 1
            }
        }
        throw Fault()
    }

    private mutating func advance() { position += 1 }

    /// The next byte that is no white space.
    private mutating func peek() throws -> UInt8 {
        while position < end, bytes[position] <= 0x20 { advance() }
        guard position < end else { throw Fault() }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard try peek() == byte else { throw Fault() }
        advance()
    }

    /// Passes a comma, or the given end.
    private mutating func isAtEnd(_ end: UInt8) throws -> Bool {
        let next = try peek()
        advance()
        guard next == end || next == UInt8(ascii: ",") else { throw Fault() }
        return next == end
    }

    /// A string's bytes between the quotes, and whether there are escapes in them.
    private mutating func rawText() throws -> (range: Range<Int>, hasEscapes: Bool) {
        try expect(UInt8(ascii: "\""))
        let (start, end) = (position, end)
        let text = try bytes.withUnsafeBufferPointer { try Self.endOfText(at: start, in: $0, end) }
        position = text.position + 1
        return (start..<text.position, text.hasEscapes)
    }

    private mutating func text() throws -> String {
        let (range, hasEscapes) = try rawText()
        guard hasEscapes else {
            return bytes.withUnsafeBufferPointer {
                String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
            }
        }
        var units: [UInt16] = []
        var rest = bytes[range]
        while let byte = rest.first {
            guard byte == UInt8(ascii: "\\") else {
                let plain = rest.prefix { $0 != UInt8(ascii: "\\") }
                units += Array(String(decoding: plain, as: UTF8.self).utf16)
                rest = rest.dropFirst(plain.count)
                continue
            }
            let code = rest.dropFirst().first ?? UInt8(ascii: "\\")
            rest = rest.dropFirst(2)
            guard code == UInt8(ascii: "u") else {
                units.append(Self.escapes[code] ?? UInt16(code))
                continue
            }
            guard let unit = UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) else { throw Fault() }
            units.append(unit)
            rest = rest.dropFirst(4)
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// RFC 8259, section 7.
    private static let escapes: [UInt8: UInt16] = [
        UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
    ]
}
