/// How many columns of a terminal a text takes: wide East Asian characters and emoji two, combining marks none.
///
/// Each scalar counts for itself, as for wcswidth(3): what a terminal makes of a family joined of three emoji differs from one to the
/// next. Source: Unicode Standard Annex 11 in the coarse ranges that terminals agree on, and Technical Standard 51 (emoji presentation).
package enum DisplayWidth {
    /// The columns of a text without control characters.
    package static func of(_ text: some StringProtocol) -> Int { text.unicodeScalars.reduce(0) { $0 + of($1) } }

    /// As much of the text as fits into so many columns, with `…` where some is left out.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        var (kept, width) = ("", 1)
        for character in text {
            width += of(String(character))
            if width > columns { break }
            kept.append(character)
        }
        return kept + "…"
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x300: return 1
        // The vowels and finals of a Korean syllable stand in the square of its first letter; a flag is made of two letters.
        case 0x1160...0x11FF: return 0
        case 0x1F1E6...0x1F1FF: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return isMark(scalar) ? 0 : 2
        default:
            return isMark(scalar) ? 0 : scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }
}
