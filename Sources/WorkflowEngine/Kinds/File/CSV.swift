internal import DocumentTree

/// Comma-separated values.
///
/// Source: RFC 4180; line feeds alone end lines, too, and another separator may be given.
struct CSV {
    /// The rows, the first one included; all of the same length.
    let rows: [[String]]

    /// Reads a file.
    /// - Throws: A `StepError` `csv` that names the line.
    init(_ bytes: [UInt8], separator: UInt8 = UInt8(ascii: ","), name: String) throws(StepError) {
        guard let first = String(validating: bytes, as: UTF8.self) else {
            throw StepError("csv", "\(name): is no text in UTF-8")
        }
        var reader = CSVReader(Array(first.utf8), separator: separator, name: name)
        rows = try reader.read()
    }

    /// The rows below the first one, each a mapping from the names in it.
    func records(name: String) throws(StepError) -> [Value] {
        guard let header = rows.first else { return [] }
        guard Set(header).count == header.count else {
            throw StepError("csv", "\(name):1: two columns have the same name")
        }
        return rows.dropFirst().map { row in .mapping(ValueMapping(zip(header, row).map { ($0, .string($1)) })) }
    }

    /// Writes a list of mappings of scalars; the columns stand in the order in which they are met.
    static func text(_ value: Value, separator: Unicode.Scalar = ",") throws(StepError) -> String {
        guard let items = value.items else { throw StepError("csv", "only a list of records can be written as CSV") }
        var columns: [String] = []
        var known: Set<String> = []
        for item in items {
            guard let mapping = item.mapping else { throw StepError("csv", "an item of the list is no record") }
            for key in mapping.keys where known.insert(key).inserted { columns.append(key) }
        }
        var text = CSVText.row(columns, separator: separator)
        for item in items {
            let fields = try columns.map { column throws(StepError) in try field(item[column] ?? .null, column) }
            text += CSVText.row(fields, separator: separator)
        }
        return columns.isEmpty ? "" : text
    }

    private static func field(_ value: Value, _ column: String) throws(StepError) -> String {
        switch value {
        case .null: return ""
        case .string(let text): return text
        case .bool, .integer, .bigInteger, .double: return value.canonicalText
        case .sequence, .mapping: throw StepError("csv", "\(column) holds a list or a mapping, which CSV does not have")
        }
    }
}
