import DocumentTree
import WorkflowEngine

/// Statistics in the form that all outputs are made from: facts, tables, and numbers day by day.
struct StatisticsReport {
    /// A cell of a table, or a fact.
    enum Cell {
        case text(String)
        case count(Int)
        /// From 0 to 1; nil where there is nothing to judge.
        case share(Double?)
        /// Milliseconds.
        case duration(Int?)
        case bytes(Int)
    }

    /// A table with a name for scripts, and one for each column.
    struct Part {
        var name: String
        var title: String
        var columns: [String]
        var rows: [[Cell]]
    }

    /// What happened on a day.
    struct Day {
        /// `2026-11-21`.
        var name: String
        var good: Int
        var bad: Int
    }

    var title: String
    var since: String
    var until: String
    var facts: [(name: String, title: String, value: Cell)] = []
    /// The days in order, those on which nothing happened included.
    var days: [Day] = []
    /// What `good` and `bad` are: succeeded and failed, saved and undone.
    var legend = (good: "succeeded", bad: "failed")
    var parts: [Part] = []
}

extension StatisticsReport.Cell {
    /// For a person.
    var text: String {
        switch self {
        case .text(let text): text
        case .count(let count): String(count)
        case .share(let share): share.map { "\(($0 * 1000).rounded() / 10) %" } ?? "-"
        case .duration(let milliseconds): milliseconds.map { Duration.milliseconds($0).shortText } ?? "-"
        case .bytes(let bytes): Self.size(bytes)
        }
    }

    /// For scripts: shares from 0 to 1, durations in milliseconds, sizes in bytes.
    var value: Value {
        switch self {
        case .text(let text): .string(text)
        case .count(let count), .bytes(let count): .integer(count)
        case .share(let share): share.map { .double(($0 * 1_000_000).rounded() / 1_000_000) } ?? .null
        case .duration(let milliseconds): milliseconds.map { .integer($0) } ?? .null
        }
    }

    /// Powers of 1024, as `du -h` writes them.
    private static func size(_ bytes: Int) -> String {
        var (size, unit) = (Double(bytes), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while size >= 1024, unit < units.count - 1 { (size, unit) = (size / 1024, unit + 1) }
        return unit == 0 ? "\(bytes) B" : "\((size * 10).rounded() / 10) \(units[unit])"
    }

    fileprivate var isNumber: Bool {
        if case .text = self { return false }
        return true
    }
}

extension StatisticsReport {
    /// For a person at a terminal.
    func write(to output: TextOutput, columns: Int) {
        output.writeLine(output.styled(visibleLine(title), .bold) + output.styled("  \(since) to \(until)", .dim))
        var facts = Table()
        for fact in self.facts { facts.add(.init(fact.title, .dim), .init(fact.value.text)) }
        facts.write(to: output, indent: "  ")
        if days.contains(where: { $0.good + $0.bad > 0 }) {
            let width = max(10, min(days.count, columns - 14))
            output.writeLine()
            let lines = [(legend.good, days.map(\.good), Style.green), (legend.bad, days.map(\.bad), Style.red)]
            for (name, numbers, style) in lines where numbers.contains(where: { $0 > 0 }) {
                let padding = String(repeating: " ", count: max(0, 11 - name.count))
                output.writeLine("  \(name)\(padding)" + output.styled(SparkLine(numbers, width: width).text, style))
            }
        }
        for part in parts where !part.rows.isEmpty {
            output.writeLine()
            output.writeLine(output.styled(part.title, .bold))
            var table = Table()
            table.add(
                part.columns.enumerated().map { column, name in
                    let isNumber = part.rows.first.map { column < $0.count && $0[column].isNumber } ?? false
                    return Table.Cell(name.replacing("_", with: " "), .dim, alignsRight: isNumber)
                })
            for row in part.rows { table.add(row.map { Table.Cell($0.text, alignsRight: $0.isNumber) }) }
            table.write(to: output, indent: "  ")
        }
    }

    /// For scripts.
    var value: Value {
        var value: Value = ["title": .string(title), "since": .string(since), "until": .string(until)]
        for fact in facts { value[fact.name] = fact.value.value }
        for part in parts {
            value[part.name] = .sequence(
                part.rows.map { row in .mapping(ValueMapping(zip(part.columns, row.map(\.value)).map { ($0, $1) })) })
        }
        if !days.isEmpty {
            value["days"] = .sequence(
                days.map {
                    ["day": .string($0.name), legend.good: .integer($0.good), legend.bad: .integer($0.bad)]
                })
        }
        return value
    }

    /// The first table, or else the facts, with a line of names (RFC 4180).
    var csv: String {
        if let part = parts.first {
            return ([part.columns] + part.rows.map { $0.map(\.plain) }).map { CSVText.row($0) }.joined()
        }
        return ([["name", "value"]] + facts.map { [$0.name, $0.value.plain] }).map { CSVText.row($0) }.joined()
    }
}

extension StatisticsReport.Cell {
    fileprivate var plain: String {
        if case .text(let text) = self { return CSVText.guarded(text) }
        return value == .null ? "" : value.inline
    }
}
