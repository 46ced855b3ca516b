/// Text made safe for places that a terminal shows raw: `git log` prints messages and notes as they are, so an escape
/// sequence in a name or an error would act on the reader's terminal.
enum PlainText {
    /// `text` on one line, its control characters (C0, DEL and C1) written as `\n`, `\t`, `\x1b`, `\x9b` …
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            guard isControl(scalar) else {
                line.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            default:
                let digits = String(scalar.value, radix: 16)
                line += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return line
    }

    /// A person's name or address as git would write it into a commit, control characters escaped.
    ///
    /// Source: `strbuf_addstr_without_crud` in git's `ident.c`: white space and ``.,:;<>"\'`` are cut off at both ends;
    /// `<` and `>` are dropped everywhere. git drops line breaks inside, too; here they become spaces.
    static func identity(_ text: String) -> String {
        var bytes = Array(text.utf8)[...]
        while let first = bytes.first, isCrud(first) { bytes.removeFirst() }
        while let last = bytes.last, isCrud(last) { bytes.removeLast() }
        let kept = bytes.filter { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
            .map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        return line(String(decoding: kept, as: UTF8.self))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    private static func isCrud(_ byte: UInt8) -> Bool {
        byte <= 0x20 || ".,:;<>\"\\'".utf8.contains(byte)
    }
}
