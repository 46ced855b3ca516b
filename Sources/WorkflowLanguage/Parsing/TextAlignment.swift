import DocumentTree

/// Finds where a character of a scalar's text stands in the file: quotes, escapes, indentation and folding lie between.
struct TextAlignment {
    /// The file.
    let bytes: [UInt8]

    /// The place of the UTF-8 `offset` of the scalar's text; the scalar's start where it can't be told.
    func position(of offset: Int, in node: Node) -> SourcePosition {
        guard let scalar = node.scalar, bytes.indices.contains(node.range.start.offset) else { return node.range.start }
        let text = Array(scalar.text.utf8)
        var index = contentStart(of: node, scalar.style)
        let end = min(node.range.end.offset, bytes.count)
        // What the text has and the file doesn't at this place is skipped in the file: it is layout.
        for target in text.prefix(min(offset, text.count) + 1) {
            while index < end, bytes[index] != target { index += 1 }
            guard index < end else { return offset == text.count ? node.range.end : node.range.start }
            index += 1
        }
        if offset < text.count { index -= 1 }
        var lines = LineCounter(bytes, from: node.range.start)
        return lines.position(of: index)
    }

    private func contentStart(of node: Node, _ style: Scalar.Style) -> Int {
        let start = node.range.start.offset
        let mark: UInt8
        switch style {
        case .plain: return start
        case .singleQuoted: mark = UInt8(ascii: "'")
        case .doubleQuoted: mark = UInt8(ascii: "\"")
        case .literal, .folded: mark = UInt8(ascii: "\n")
        }
        return (bytes[start...].firstIndex(of: mark) ?? start) + 1
    }
}
