/// Checks the five fields of a schedule: minute, hour, day of month, month, day of week.
///
/// Source: crontab(5): numbers, names of months and days, `*`, ranges, lists and steps; Sunday is 0 and 7.
enum CronLine {
    private struct Field {
        var name: String
        var range: ClosedRange<Int>
        var words: [String] = []
        var firstWord = 0
    }

    private static let fields = [
        Field(name: "minute", range: 0...59),
        Field(name: "hour", range: 0...23),
        Field(name: "day of month", range: 1...31),
        Field(
            name: "month", range: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], firstWord: 1),
        Field(name: "day of week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    /// What is wrong with the line; nil where nothing is.
    static func fault(in line: String) -> String? {
        let texts = line.split { $0 == " " || $0 == "\t" }
        guard texts.count == fields.count else {
            return "a cron line has five fields (minute, hour, day of month, month, day of week), not \(texts.count)"
        }
        for (text, field) in zip(texts, fields) {
            for item in text.split(separator: ",", omittingEmptySubsequences: false) where !accepts(item, field) {
                return
                    "`\(item)` is no \(field.name) (\(field.range.lowerBound) to \(field.range.upperBound), `*`, `a-b`, `*/n`)"
            }
        }
        return nil
    }

    private static func accepts(_ item: Substring, _ field: Field) -> Bool {
        let halves = item.split(separator: "/", omittingEmptySubsequences: false)
        guard let range = halves.first, halves.count <= 2 else { return false }
        if halves.count == 2 {
            guard let step = number(halves[1]), (1...field.range.upperBound).contains(step) else { return false }
        }
        if range == "*" { return true }
        let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { value($0, field) }
        switch (ends.first ?? nil, ends.last ?? nil, ends.count) {
        case (.some, _, 1): return true
        case (.some(let low), .some(let high), 2): return low <= high
        default: return false
        }
    }

    private static func value(_ text: Substring, _ field: Field) -> Int? {
        if let index = field.words.firstIndex(of: text.lowercased()) { return index + field.firstWord }
        return number(text).flatMap { field.range.contains($0) ? $0 : nil }
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && text.utf8.count < 4
            ? Int(text) : nil
    }
}
