/// A `.env` file: lines of `NAME=value`, as shells and most tools that read such files take them.
///
/// - `export ` before a name, blank lines and `# comments` are allowed;
/// - a value without quotes ends before ` #` or the end of the line;
/// - in single quotes everything stands for itself; in double quotes `\n \r \t \" \\ \$` are escapes; both may hold line breaks.
///
/// Nothing is expanded: `$HOME` is five characters.
public struct EnvironmentFile: Sendable {
    /// The entries, in written order; of two of one name the later one counts.
    public let entries: [(name: SecretName, value: SecretValue)]

    /// Reads a file's bytes.
    /// - Parameter name: What the file is called in errors.
    /// - Throws: ``SecretsError`` `invalid` with the line; never with its content, which may be a secret.
    public init(_ bytes: [UInt8], name file: String) throws(SecretsError) {
        var reader = EnvironmentFileReader(bytes: bytes, file: file)
        entries = try reader.entries()
    }

    /// The value of a name.
    public subscript(name: SecretName) -> SecretValue? { entries.last { $0.name == name }?.value }

    /// A file of these entries, each value in the quotes that it needs.
    public static func text(_ entries: [(name: SecretName, value: SecretValue)]) -> String {
        entries.map { "\($0.name)=\(quoted($0.value.text))\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./:@%+,=".utf8.contains(byte)
        }
        if isPlain { return text }
        if !text.contains("'") { return "'\(text)'" }
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\"", "\\", "$": escaped += "\\" + String(character)
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return "\"\(escaped)\""
    }
}

/// Reads a `.env` file byte by byte.
private struct EnvironmentFileReader {
    let bytes: [UInt8]
    let file: String
    private var position = 0
    private var line = 1

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take() -> UInt8? {
        guard let byte = next else { return nil }
        position += 1
        if byte == 0x0A { line += 1 }
        return byte
    }

    mutating func entries() throws(SecretsError) -> [(name: SecretName, value: SecretValue)] {
        var entries: [(name: SecretName, value: SecretValue)] = []
        while true {
            skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
            guard let byte = next else { return entries }
            if byte == UInt8(ascii: "#") {
                skip { $0 != 0x0A }
                continue
            }
            let start = line
            let name = try name(at: start)
            let value = try value(at: start)
            do throws(SecretsError) {
                entries.append((name, try SecretValue(value, of: name)))
            } catch {
                throw SecretsError(.invalid, "\(file):\(start)", "\(name): \(error.reason)", hint: error.hint)
            }
        }
    }

    private mutating func skip(while matches: (UInt8) -> Bool) {
        while let byte = next, matches(byte) { _ = take() }
    }

    private mutating func word() -> String {
        let start = position
        skip { $0 != UInt8(ascii: "=") && $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func name(at line: Int) throws(SecretsError) -> SecretName {
        var text = word()
        if text == "export" {
            skip { $0 == 0x20 || $0 == 0x09 }
            text = word()
        }
        skip { $0 == 0x20 || $0 == 0x09 }
        guard next == UInt8(ascii: "="), let name = try? SecretName(text) else {
            throw fault("is not of the form NAME=value", at: line)
        }
        _ = take()
        return name
    }

    private mutating func value(at line: Int) throws(SecretsError) -> [UInt8] {
        skip { $0 == 0x20 || $0 == 0x09 }
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return plainValue() }
        _ = take()
        var value: [UInt8] = []
        while let byte = take() {
            if byte == quote {
                skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
                if next == UInt8(ascii: "#") { skip { $0 != 0x0A } }
                guard next == nil || next == 0x0A else { throw fault("something follows the closing quote", at: line) }
                return value
            }
            guard byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), let escaped = next else {
                value.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "n"): value.append(0x0A)
            case UInt8(ascii: "r"): value.append(0x0D)
            case UInt8(ascii: "t"): value.append(0x09)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): value.append(escaped)
            default: value += [byte, escaped]
            }
            _ = take()
        }
        throw fault("a quote is opened and never closed", at: line)
    }

    private mutating func plainValue() -> [UInt8] {
        let start = position
        skip { $0 != 0x0A }
        var value = bytes[start..<position]
        if let comment = value.indices.first(where: {
            value[$0] == UInt8(ascii: "#") && ($0 == start || value[$0 - 1] == 0x20 || value[$0 - 1] == 0x09)
        }) {
            value = value[..<comment]
        }
        while let last = value.last, last == 0x20 || last == 0x09 || last == 0x0D { value.removeLast() }
        return Array(value)
    }

    private func fault(_ reason: String, at line: Int) -> SecretsError {
        SecretsError(.invalid, "\(file):\(line)", reason)
    }
}
