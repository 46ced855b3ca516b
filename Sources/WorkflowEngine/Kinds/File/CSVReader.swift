/// Goes through the bytes of a CSV file once, from its first to its last row.
struct CSVReader {
    private let bytes: [UInt8]
    private let separator: UInt8
    private let name: String
    private var position: Int
    /// The line of the byte that is next.
    private var line = 1
    /// The line on which the row began.
    private var start = 1
    private var rows: [[String]] = []
    private var row: [String] = []
    private var field: [UInt8] = []

    /// - Parameter name: what the file is called in errors.
    init(_ bytes: [UInt8], separator: UInt8, name: String) {
        self.bytes = bytes
        self.separator = separator
        self.name = name
        // A byte order mark is no part of the first field.
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The rows, all of the same length.
    /// - Throws: A `StepError` `csv` that names the line.
    mutating func read() throws(StepError) -> [[String]] {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty: try takeQuoted()
            case separator:
                position += 1
                endField()
            case 0x0A, 0x0D:
                let isPair = byte == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
                position += isPair ? 2 : 1
                try endRow()
                line += 1
                start = line
            default:
                position += 1
                field.append(byte)
            }
        }
        if !field.isEmpty || !row.isEmpty { try endRow() }
        return rows
    }

    /// Takes a field in quotes, within which two stand for one, and separators and line breaks for themselves.
    private mutating func takeQuoted() throws(StepError) {
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x0A { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                field.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == byte else {
                guard position == bytes.count || [separator, 0x0A, 0x0D].contains(bytes[position]) else {
                    throw StepError("csv", "\(name):\(line): something follows a closing quote")
                }
                return
            }
            field.append(byte)
            position += 1
        }
        throw StepError("csv", "\(name):\(start): a quote is opened and never closed")
    }

    private mutating func endField() {
        row.append(String(decoding: field, as: UTF8.self))
        field = []
    }

    private mutating func endRow() throws(StepError) {
        endField()
        defer { row = [] }
        let width = rows.first?.count
        // A blank line is no row, except of a single column.
        guard row != [""] || width == 1 else { return }
        if let width, width != row.count {
            let fields = row.count == 1 ? "1 field" : "\(row.count) fields"
            throw StepError("csv", "\(name):\(start): has \(fields) where the first row has \(width)")
        }
        rows.append(row)
    }
}
