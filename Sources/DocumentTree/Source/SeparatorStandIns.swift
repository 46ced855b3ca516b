/// Stand-ins for the characters that libyaml takes for line breaks, as YAML 1.1 does, and that are text in YAML 1.2 and JSON:
/// U+0085, U+2028 and U+2029. A stand-in has as many bytes and is found nowhere else in the text, so that positions stay.
///
/// Source: YAML 1.2.2, chapter 5.4 (line break characters).
struct SeparatorStandIns {
    /// The text with the stand-ins.
    let bytes: [UInt8]
    private let originals: [Unicode.Scalar: Unicode.Scalar]

    /// Nil where the text has none of these characters.
    ///
    /// - Throws: ``DocumentError`` for a text that uses up every character that could stand in.
    init?(_ text: SourceText) throws(DocumentError) {
        guard !text.isASCII else { return nil }
        let found = Self.separators(in: text.bytes)
        if found.isEmpty { return nil }
        var (bytes, originals): ([UInt8], [Unicode.Scalar: Unicode.Scalar]) = (text.bytes, [:])
        let used = Self.usedScalars(text.bytes)
        for separator in Set(found.map(\.scalar)).sorted() {
            guard let standIn = Self.free(for: separator, used: used, taken: originals) else {
                throw DocumentError(
                    .unsupported, name: text.name, position: .start,
                    message:
                        "it has U+\(String(separator.value, radix: 16, uppercase: true)) and every character besides")
            }
            originals[standIn] = separator
            let replacement = Array(Character(standIn).utf8)
            for place in found where place.scalar == separator {
                bytes.replaceSubrange(place.offset..<(place.offset + replacement.count), with: replacement)
            }
        }
        (self.bytes, self.originals) = (bytes, originals)
    }

    /// A parsed text with the characters that it was written with.
    func restore(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { originals[$0] != nil }) else { return text }
        var restored = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { restored.append(originals[scalar] ?? scalar) }
        return String(restored)
    }

    private static func separators(in bytes: [UInt8]) -> [(offset: Int, scalar: Unicode.Scalar)] {
        var found: [(offset: Int, scalar: Unicode.Scalar)] = []
        for offset in bytes.indices where bytes[offset] == 0xC2 || bytes[offset] == 0xE2 {
            if bytes[offset...].starts(with: [0xC2, 0x85]) { found.append((offset, "\u{85}")) }
            if bytes[offset...].starts(with: [0xE2, 0x80, 0xA8]) { found.append((offset, "\u{2028}")) }
            if bytes[offset...].starts(with: [0xE2, 0x80, 0xA9]) { found.append((offset, "\u{2029}")) }
        }
        return found
    }

    /// The characters of a text, those that it may write as escapes included.
    private static func usedScalars(_ bytes: [UInt8]) -> Set<UInt32> {
        var used = Set(String(decoding: bytes, as: UTF8.self).unicodeScalars.lazy.map(\.value))
        for offset in bytes.indices where bytes[offset] == UInt8(ascii: "\\") {
            for length in [2, 4, 8] {
                let digits = bytes.dropFirst(offset + 2).prefix(length)
                if let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) { used.insert(value) }
            }
        }
        return used
    }

    /// A character of as many bytes that is not in the text: one of another script, or of the private use area.
    private static func free(
        for separator: Unicode.Scalar, used: Set<UInt32>, taken: [Unicode.Scalar: Unicode.Scalar]
    ) -> Unicode.Scalar? {
        let candidates: ClosedRange<UInt32> = separator.value < 0x800 ? 0xA1...0x7FF : 0xE000...0xF8FF
        return candidates.lazy.reversed().filter { !used.contains($0) }.compactMap { Unicode.Scalar($0) }
            .first { taken[$0] == nil }
    }
}
