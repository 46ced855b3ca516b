internal import DocumentTree
internal import WorkflowLanguage

/// Edits of a definition's text that keep every other byte.
enum DefinitionEdit {
    /// Sets the top-level key `enabled:` of a definition.
    ///
    /// A value that is there is replaced; a missing key is put before the first top-level key that is not `name` or
    /// `description`, and none is written where the value is the default.
    ///
    /// - Returns: the new bytes; the same ones where the definition says so already. Nil where the text is no mapping of YAML, or
    ///   the value is written as more than a word.
    static func settingEnabled(_ isEnabled: Bool, in bytes: [UInt8]) -> [UInt8]? {
        guard let document = try? Document.parseOne(bytes, name: "", limits: Workflow.limits),
            let root = document.root, let entries = root.entries
        else { return nil }
        if let entry = entries.first(where: { $0.key.scalar?.text == "enabled" }) {
            let word = entry.value.range.bytes
            guard let written = words[String(decoding: bytes[word], as: UTF8.self)] else { return nil }
            return written == isEnabled
                ? bytes : bytes[..<word.lowerBound] + text(isEnabled) + bytes[word.upperBound...]
        }
        if isEnabled { return bytes }
        let titles = ["name", "description"]
        guard let next = entries.first(where: { !titles.contains($0.key.scalar?.text ?? "") }) else { return nil }
        let place = next.key.range.bytes.lowerBound
        // A key of nothing may stand at the text's end.
        guard place < bytes.count else { return nil }
        let quote = bytes[place] == 0x22 ? "\"" : ""
        let entry = Array("\(quote)enabled\(quote): ".utf8) + text(false)
        guard !root.isFlow else { return bytes[..<place] + entry + Array(", ".utf8) + bytes[place...] }
        let indentation = bytes[..<place].reversed().prefix { $0 == 0x20 }
        let isAlone = bytes[..<(place - indentation.count)].last.map { [0x0A, 0x0D].contains($0) } ?? true
        guard isAlone || indentation.isEmpty else { return nil }
        return bytes[..<place] + entry + lineBreak(of: bytes) + Array(indentation) + bytes[place...]
    }

    /// How the core schema of YAML 1.2 writes truth.
    private static let words = [
        "true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false,
    ]

    private static func text(_ value: Bool) -> [UInt8] { Array((value ? "true" : "false").utf8) }

    /// The first line break of a text.
    private static func lineBreak(of bytes: [UInt8]) -> [UInt8] {
        guard let end = bytes.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return [0x0A] }
        return bytes[end...].starts(with: [0x0D, 0x0A]) ? [0x0D, 0x0A] : [bytes[end]]
    }
}
