internal import GitStore

/// How long a service wants to be left alone. Source: RFC 9110, sections 10.2.3 and 5.6.7.
enum RetryAfter {
    /// What is waited for at most: who asks for more is not waited for longer.
    static let longest = 86_400

    /// The seconds of a field; nil where it holds neither seconds nor a date.
    static func seconds(_ field: String, now: Int) -> Int? {
        let text = field.trimmingBlanks
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(Int(text) ?? longest, longest)
        }
        return date(text).map { min(max(0, $0 - now), longest) }
    }

    /// The seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: Substring) -> Int? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]) else { return nil }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard let month = months.firstIndex(of: String(parts[2])), (1970...9999).contains(year), time.count == 3,
            (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let date = CivilDate(year: year, month: month + 1, day: day)
        guard (1...31).contains(day), date.isReal else { return nil }
        return date.daysSinceEpoch * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text without blanks and tabs at its ends.
    var trimmingBlanks: Substring {
        let start = firstIndex { $0 != " " && $0 != "\t" } ?? endIndex
        let end = lastIndex { $0 != " " && $0 != "\t" }.map(index(after:)) ?? endIndex
        return self[start..<Swift.max(start, end)]
    }
}
