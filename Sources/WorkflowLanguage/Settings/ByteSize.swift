import DocumentTree

/// Amounts of bytes as people write them: `512MiB`, `10MB`, `1GiB`; a bare number counts bytes.
public enum ByteSize {
    /// The amount of a text; nil where it is none, or more than 1 PiB.
    public static func parse(_ text: String) -> Int? {
        guard TextFormat.byteSize.accepts(text) else { return nil }
        let digits = text.prefix { $0.isNumber }
        guard let number = Int(digits), let factor = factors[String(text.dropFirst(digits.count))] else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows || bytes > 1 << 50 ? nil : bytes
    }

    /// The amount as people write it, in the largest unit that it is a whole number of.
    public static func text(_ bytes: Int) -> String {
        for (unit, factor) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes >= factor && bytes % factor == 0 {
            return "\(bytes / factor)\(unit)"
        }
        return "\(bytes)B"
    }

    private static let factors = [
        "": 1, "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
    ]
}

extension NodeReader {
    /// An amount of bytes, more than none.
    mutating func byteSize(_ node: Node?, key: String) -> Int? {
        guard let node, let text = text(node), node.scalar.map(TextFormat.byteSize.accepts) ?? false else { return nil }
        guard let bytes = ByteSize.parse(integer(node).map(String.init) ?? text), bytes > 0 else {
            report(.rule, at: node, "`\(key)` must be an amount from 1 byte to 1024 TiB, not `\(text)`")
            return nil
        }
        return bytes
    }
}

extension TextFormat {
    static let byteSize = TextFormat(
        "an amount of bytes such as `512MiB`, `10MB` or `4096`", plural: "amounts of bytes",
        pattern: "^[0-9]{1,15}(B|KB|MB|GB|KiB|MiB|GiB)?$", maximumLength: 20, others: .integers(0...999_999_999))
    static let program = TextFormat(
        "a program, such as `sh`, `python3` or `/usr/bin/jq`", plural: "programs",
        pattern: "^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$", maximumLength: 200)
    static let hostPattern = TextFormat(
        "a host such as `api.example.test` or `*.example.test`", plural: "hosts",
        pattern: "^([*][.])?[A-Za-z0-9_:]([A-Za-z0-9_.:-]*[A-Za-z0-9_:])?$", maximumLength: 253)
}
