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
        let bytes = Array(first.utf8)
        var rows: [[String]] = []
        var (row, field): ([String], [UInt8]) = ([], [])
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        var start = 1
        func endRow() throws(StepError) {
            row.append(String(decoding: field, as: UTF8.self))
            field = []
            // A blank line is no row.
            if row != [""] || rows.first?.count == 1 {
                if let width = rows.first?.count, width != row.count {
                    throw StepError("csv", "\(name):\(start): has \(row.count) fields where the first row has \(width)")
                }
                rows.append(row)
            }
            row = []
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\""), field.isEmpty {
                position += 1
                var isOpen = true
                while position < bytes.count {
                    let inner = bytes[position]
                    position += 1
                    if inner == 0x0A { line += 1 }
                    if inner != UInt8(ascii: "\"") {
                        field.append(inner)
                    } else if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                        field.append(inner)
                        position += 1
                    } else {
                        isOpen = false
                        break
                    }
                }
                guard !isOpen else { throw StepError("csv", "\(name):\(start): a quote is opened and never closed") }
                guard position == bytes.count || [separator, 0x0A, 0x0D].contains(bytes[position]) else {
                    throw StepError("csv", "\(name):\(line): something follows a closing quote")
                }
            } else if byte == separator {
                row.append(String(decoding: field, as: UTF8.self))
                field = []
                position += 1
            } else if byte == 0x0A || byte == 0x0D {
                position += byte == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A ? 2 : 1
                try endRow()
                line += 1
                start = line
            } else {
                field.append(byte)
                position += 1
            }
        }
        if !field.isEmpty || !row.isEmpty { try endRow() }
        self.rows = rows
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
