// Here-documents: POSIX.1-2017, Shell Command Language, chapter 2.7.4.
extension ShellQuotingScanner {
    mutating func takeHereOperator() {
        index += 2
        isAtWord = true
        if byte(0) == UInt8(ascii: "<") {
            index += 1
            return
        }
        let stripsTabs = byte(0) == UInt8(ascii: "-")
        if stripsTabs { index += 1 }
        while byte(0) == UInt8(ascii: " ") || byte(0) == UInt8(ascii: "\t") { index += 1 }
        var delimiter: [UInt8] = []
        var isQuoted = false
        var quote: UInt8?
        let ends = Array(" \t\r\n;&|<>()".utf8)
        while let unit = unit(0) {
            guard case .byte(let byte) = unit else {
                found.append(.fault("the delimiter of a here-document can't be an expression"))
                index += 1
                continue
            }
            if quote == nil, ends.contains(byte) { break }
            index += 1
            if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
                isQuoted = true
            } else if quote == nil, byte == UInt8(ascii: "\\") {
                isQuoted = true
            } else {
                delimiter.append(byte)
            }
        }
        isAtWord = false
        isAtCommand = false
        pending.append(HereDocument(delimiter: delimiter, isQuoted: isQuoted, stripsTabs: stripsTabs))
    }

    /// Steps over the here-documents whose operators stood on the line that has just ended.
    mutating func takeHereDocuments() {
        let documents = pending
        pending = []
        for document in documents {
            while index < units.count, !takeLine(of: document) {}
        }
    }

    /// Steps over a line; whether it was the delimiter.
    private mutating func takeLine(of document: HereDocument) -> Bool {
        let end = units[index...].firstIndex(of: .byte(UInt8(ascii: "\n"))) ?? units.count
        let line = units[index..<end]
        let bare = document.stripsTabs ? line.drop { $0 == .byte(UInt8(ascii: "\t")) } : line
        index = min(end + 1, units.count)
        if bare.elementsEqual(document.delimiter.map(Unit.byte)) { return true }
        for position in line.indices where units[position] == .expression {
            let escapes = units[line.startIndex..<position].reversed().prefix { $0 == .byte(UInt8(ascii: "\\")) }.count
            if document.isQuoted {
                found.append(
                    .fault(
                        "within a here-document whose delimiter is quoted the shell would not replace the expression"))
            } else if !escapes.isMultiple(of: 2) {
                found.append(.fault("a backslash before an expression takes it for text"))
            } else {
                found.append(.quoting(.hereDocument))
            }
        }
        return false
    }
}
