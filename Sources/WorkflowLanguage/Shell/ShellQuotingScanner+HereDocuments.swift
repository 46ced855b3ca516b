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
        for document in documents { take(document) }
    }

    /// Steps over the text of a here-document and its delimiter. The text is found first, line by line, and then expanded.
    private mutating func take(_ document: HereDocument) {
        let start = index
        var end = index
        while index < units.count {
            end = index
            if takeLine(endsBy: document) { break }
            end = index
        }
        let text = units[start..<end]
        guard !document.isQuoted else {
            let message = "within a here-document whose delimiter is quoted the shell would not replace the expression"
            found += text.filter { $0 == .expression }.map { _ in .fault(message) }
            return
        }
        var scanner = ShellQuotingScanner(hereDocument: Array(text), isExtended: isExtended)
        found += scanner.places()
    }

    /// Steps over a line; whether it was the delimiter.
    private mutating func takeLine(endsBy document: HereDocument) -> Bool {
        let end = units[index...].firstIndex(of: .byte(UInt8(ascii: "\n"))) ?? units.count
        let line = units[index..<end]
        let bare = document.stripsTabs ? line.drop { $0 == .byte(UInt8(ascii: "\t")) } : line
        index = min(end + 1, units.count)
        return bare.elementsEqual(document.delimiter.map(Unit.byte))
    }
}
