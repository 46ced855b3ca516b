internal import DocumentTree
internal import FoundationEssentials
internal import GitStore

/// A mail as the sendmail interface takes it.
///
/// Source: RFC 5322 (fields), RFC 2047 (words beyond ASCII in them), RFC 2045 (base64).
struct MailMessage {
    /// The message, lines ended by line feeds.
    let bytes: [UInt8]

    /// - Parameters:
    ///   - to: At least one address.
    ///   - key: Names the message; the same key names the same message.
    ///   - seconds: The time, since 1970.
    /// - Throws: A `StepError` `parameters` for an address or a subject that would become another field.
    init(from: String?, to: [String], subject: String, text: String, key: String, seconds: Int) throws(StepError) {
        guard !to.isEmpty else { throw Parameters.fault("mail: names nobody") }
        var fields: [(String, String)] = []
        if let from { fields.append(("From", try Self.address(from, "from"))) }
        fields.append(
            (
                "To",
                try to.map { address throws(StepError) in try Self.address(address, "mail") }.joined(separator: ",\n ")
            ))
        fields.append(("Subject", Self.words(subject)))
        fields.append(("Date", Self.date(seconds)))
        let name = Data(key.utf8).base64EncodedString().filter { $0.isLetter || $0.isNumber }
        fields.append(("Message-ID", "<\(name.isEmpty ? "notice" : name).\(seconds)@wfrepo.invalid>"))
        fields.append(("MIME-Version", "1.0"))
        fields.append(("Content-Type", "text/plain; charset=utf-8"))
        fields.append(("Content-Transfer-Encoding", "base64"))
        fields.append(("Auto-Submitted", "auto-generated"))
        let head = fields.map { "\($0.0): \($0.1)\n" }.joined()
        bytes = Array((head + "\n" + Self.lines(of: Data(text.utf8).base64EncodedString())).utf8)
    }

    private static func address(_ text: String, _ name: String) throws(StepError) -> String {
        let isOne =
            text.contains("@") && text.utf8.count <= 320
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7F && !",;:\\\"()[]".unicodeScalars.contains($0)
            }
        guard isOne, !text.hasPrefix("-") else {
            throw Parameters.fault("\(name): '\(text.prefix(80))' is no mail address")
        }
        return text
    }

    /// A field's text: as it is where it is short and plain, else as encoded words.
    private static func words(_ text: String) -> String {
        let line = text.replacingScalars(["\r": " ", "\n": " "])
        if line.utf8.count <= 60, line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value < 0x7F }),
            !line.contains("=?")
        {
            return line
        }
        var words: [String] = []
        var part = ""
        for character in line.prefix(500) {
            if part.utf8.count + String(character).utf8.count > 42 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\n ")
    }

    /// Lines of at most 76 characters.
    private static func lines(of text: String) -> String {
        var rest = text[...]
        var lines = ""
        while !rest.isEmpty {
            lines += rest.prefix(76) + "\n"
            rest = rest.dropFirst(76)
        }
        return lines
    }

    /// `Sun, 01 Nov 2026 18:30:00 +0000`
    private static func date(_ seconds: Int) -> String {
        let days = seconds / 86_400
        let day = CivilDate(daysSinceEpoch: days)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970-01-01 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days % 7]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = seconds % 86_400
        return "\(weekday), \(two(day.day)) \(months[day.month - 1]) \(day.year) "
            + "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) +0000"
    }
}
