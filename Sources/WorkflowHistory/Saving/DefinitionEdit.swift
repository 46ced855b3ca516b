/// Edits of a definition's text that keep every other byte.
enum DefinitionEdit {
    /// Sets the top-level key `enabled:` of a definition.
    ///
    /// A line that is there gets the new value, its comment stays; a missing one is put before the first top-level key that
    /// is not `name:` or `description:`, and none is written where the value is the default.
    ///
    /// - Returns: the new bytes; the same ones where the definition says so already. Nil where the text is not written in
    ///   block form with the key on a line of its own, so that a line edit can't do it.
    static func settingEnabled(_ isEnabled: Bool, in bytes: [UInt8]) -> [UInt8]? {
        let text = Text(bytes)
        if let line = text.topLevelLine(of: "enabled") {
            return text.replacingValue(of: line, with: isEnabled ? "true" : "false")
        }
        if isEnabled { return bytes }
        guard let position = text.insertionPoint else { return nil }
        return bytes[..<position] + Array("enabled: false".utf8) + text.lineEnd + bytes[position...]
    }

    private struct Text {
        let bytes: [UInt8]
        /// The range of each line, its line break not included.
        let lines: [Range<Int>]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            var lines: [Range<Int>] = []
            var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            for (offset, byte) in bytes.enumerated() where byte == 0x0A {
                lines.append(start..<max(start, offset))
                start = offset + 1
            }
            if start < bytes.count { lines.append(start..<bytes.count) }
            self.lines = lines
        }

        var lineEnd: [UInt8] {
            guard let first = lines.first, bytes[first].last == 0x0D else { return [0x0A] }
            return [0x0D, 0x0A]
        }

        /// The key that starts in the first column of a line.
        func key(of line: Range<Int>) -> String? {
            guard let first = bytes[line].first, first != 0x20, first != 0x23, first != 0x2D,
                let colon = bytes[line].firstIndex(of: 0x3A),
                colon + 1 == line.upperBound || [0x20, 0x09, 0x0D].contains(bytes[colon + 1])
            else { return nil }
            var key = bytes[line.lowerBound..<colon]
            while key.last == 0x20 { key.removeLast() }
            if key.count >= 2, let quote = key.first, quote == 0x22 || quote == 0x27, key.last == quote {
                key = key.dropFirst().dropLast()
            }
            return String(decoding: key, as: UTF8.self)
        }

        func topLevelLine(of name: String) -> Range<Int>? { lines.first { key(of: $0) == name } }

        /// Before the first key that is no title, where the text is a block mapping.
        var insertionPoint: Int? {
            guard lines.contains(where: { key(of: $0) == "steps" }) else { return nil }
            return lines.first { key(of: $0).map { !["name", "description"].contains($0) } ?? false }?.lowerBound
        }

        /// Nil where what follows the colon is not a plain word and perhaps a comment.
        func replacingValue(of line: Range<Int>, with value: String) -> [UInt8]? {
            guard let colon = bytes[line].firstIndex(of: 0x3A) else { return nil }
            var start = colon + 1
            while start < line.upperBound, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
            var end = start
            while end < line.upperBound, ![0x20, 0x09, 0x0D].contains(bytes[end]) { end += 1 }
            let word = String(decoding: bytes[start..<end], as: UTF8.self)
            guard ["true", "false", "True", "False", "TRUE", "FALSE"].contains(word) else { return nil }
            if word.lowercased() == value { return bytes }
            return bytes[..<start] + Array(value.utf8) + bytes[end...]
        }
    }
}
