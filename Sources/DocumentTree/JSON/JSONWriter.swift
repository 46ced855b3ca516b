/// How JSON is laid out.
public struct JSONFormat: Hashable, Sendable {
    /// What becomes of the numbers that JSON doesn't have: NaN and the infinities.
    public enum NonFinite: Hashable, Sendable {
        /// They are an error.
        case refuse
        /// They become the strings that YAML writes: `.nan`, `.inf`, `-.inf`.
        case string
        /// They become null, as in JavaScript.
        case null
        /// They are written as JavaScript names them, which is not JSON: `NaN`, `Infinity`, `-Infinity`.
        case bare
    }

    /// Whether each item and entry stands on a line of its own, indented by two blanks a level.
    public var isPretty: Bool
    /// Whether the keys of each mapping are in the order of their UTF-8 bytes, not in written order.
    public var sortsKeys: Bool
    /// What becomes of NaN and the infinities.
    public var nonFinite: NonFinite

    /// A layout.
    public init(isPretty: Bool = false, sortsKeys: Bool = false, nonFinite: NonFinite = .refuse) {
        self.isPretty = isPretty
        self.sortsKeys = sortsKeys
        self.nonFinite = nonFinite
    }

    /// On one line, without blanks, keys in written order.
    public static let compact = JSONFormat()
    /// On many lines, keys in written order.
    public static let pretty = JSONFormat(isPretty: true)
    /// On one line, keys sorted: equal values give equal bytes, except for an integer written as a double (`1.0`),
    /// which is written as an integer here.
    public static let canonical = JSONFormat(sortsKeys: true)
}

extension Value {
    /// The value as JSON. Doubles have the fewest digits that read back as the same double; integers are exact.
    ///
    /// - Throws: ``DocumentError`` where the value holds NaN or an infinity and the format refuses them.
    public func json(_ format: JSONFormat = .compact) throws(DocumentError) -> String {
        String(decoding: try jsonBytes(format), as: UTF8.self)
    }

    /// The value as JSON in UTF-8; see ``json(_:)``.
    ///
    /// - Parameter depth: how many levels it stands within what is written around it; further lines are indented by that.
    /// - Throws: ``DocumentError`` where the value holds NaN or an infinity and the format refuses them.
    public func jsonBytes(_ format: JSONFormat = .compact, depth: Int = 0) throws(DocumentError) -> [UInt8] {
        var writer = JSONWriter(format: format, depth: depth)
        writer.write(self)
        if let text = writer.refused {
            throw DocumentError(
                .unsupported, name: "JSON", position: .start, message: "JSON has no number `\(text)`",
                hint: "write it as a string")
        }
        return writer.bytes
    }

    /// The canonical text of any value: sorted keys, and the numbers that JSON doesn't have as strings.
    public var canonicalText: String {
        var writer = JSONWriter(format: JSONFormat(sortsKeys: true, nonFinite: .string))
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Writes a value as JSON.
private struct JSONWriter {
    let format: JSONFormat
    var bytes: [UInt8] = []
    /// The first number that the format refuses.
    var refused: String?
    private var depth: Int

    init(format: JSONFormat, depth: Int = 0) {
        self.format = format
        self.depth = depth
    }

    mutating func write(_ value: Value) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let bool): bytes += (bool ? "true" : "false").utf8
        case .integer(let integer): bytes += String(integer).utf8
        case .bigInteger(let digits): bytes += digits.utf8
        case .double(let double): write(double)
        case .string(let string): write(string)
        case .sequence(let items):
            writeList(items, "[", "]") { writer, item in writer.write(item) }
        case .mapping(let mapping):
            var entries = mapping.entries
            if format.sortsKeys { entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } }
            writeList(entries, "{", "}") { writer, entry in
                writer.write(entry.key)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.format.isPretty { writer.bytes.append(UInt8(ascii: " ")) }
                writer.write(entry.value)
            }
        }
    }

    private mutating func writeList<Item>(
        _ items: [Item], _ open: String, _ close: String, write: (inout JSONWriter, Item) -> Void
    ) {
        bytes += open.utf8
        depth += 1
        var isFirst = true
        for item in items {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            breakLine()
            write(&self, item)
        }
        depth -= 1
        if !isFirst { breakLine() }
        bytes += close.utf8
    }

    private mutating func breakLine() {
        guard format.isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { bytes += "  ".utf8 }
    }

    private mutating func write(_ double: Double) {
        if double.isFinite {
            if format.sortsKeys, let integer = Int(exactly: double) {
                bytes += String(integer).utf8
            } else {
                bytes += double.description.utf8
            }
            return
        }
        let text = double.isNaN ? ".nan" : double < 0 ? "-.inf" : ".inf"
        switch format.nonFinite {
        case .refuse: refused = refused ?? text
        case .string: write(text)
        case .null: bytes += "null".utf8
        case .bare: bytes += (double.isNaN ? "NaN" : double < 0 ? "-Infinity" : "Infinity").utf8
        }
    }

    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { text in
            // Most text has nothing to escape, and is taken in one piece.
            var rest = text[...]
            while let place = rest.firstIndex(where: Self.isEscaped) {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<place]))
                writeEscaped(rest[place])
                rest = rest[(place + 1)...]
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rest))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case 0x0A: bytes += "\\n".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0x09: bytes += "\\t".utf8
        case 0..<0x20, 0x7F:
            bytes += (byte < 0x10 ? "\\u000" : "\\u00").utf8
            bytes += String(byte, radix: 16).utf8
        default:
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        }
    }
}
