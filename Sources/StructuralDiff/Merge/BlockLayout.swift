import DocumentTree

/// How the text of a block collection falls into units of whole lines, one an item or entry.
///
/// A unit is: blank lines and comments above (`lead`, with the indentation), `- ` or `key: ` (`head`), the value, and what
/// stands behind it on its line (`tail`). The units tile the collection's text without a gap. Where the value is a block
/// collection itself, its units tile the rest of the unit, and the head ends where they start.
struct BlockLayout {
    /// The text of one item or entry, as ranges of bytes.
    struct Unit {
        /// The element of the value.
        var element: Int
        /// Where the blank lines and comments above start.
        var start: Int
        /// Where the dash or the key starts.
        var headStart: Int
        /// Where the key's own text ends; of an item, where the dash does.
        var keyEnd: Int
        /// Where the value starts; for a block collection, its first unit.
        var valueStart: Int
        /// Where the value ends.
        var valueEnd: Int
        /// Where the unit ends: behind its last line break.
        var end: Int
    }

    var units: [Unit]
    /// The column of the dashes or keys, from 0.
    var column: Int

    /// Whether the first unit starts on the line of what is before the collection: `- id: a`.
    var startsInline: Bool { units.first.map { $0.start == $0.headStart } ?? false }
}

/// One of the texts of a merge.
struct MergeSide {
    let bytes: [UInt8]
    let outline: Outline

    /// Whether the element is a collection in block style with something in it.
    func isBlock(_ element: Int) -> Bool {
        let node = outline[element].node
        return !node.isFlow && outline[element].size > 1
    }

    /// The layout of a block collection whose text starts somewhere behind `headEnd`; nil where it has something that
    /// doesn't fall into units (keys marked with `?`).
    ///
    /// - Parameter isRoot: Whether it is a document's root: what stands above its first line belongs to the document.
    func layout(of element: Int, behind headEnd: Int, isRoot: Bool = false) -> BlockLayout? {
        guard isBlock(element) else { return nil }
        let isMapping = outline[element].isMapping
        var units: [BlockLayout.Unit] = []
        var position = headEnd
        for child in outline.children(of: element) {
            let value = outline[child].node
            let bodyStart = skipToContent(from: position, past: units.isEmpty)
            guard bodyStart < bytes.count else { return nil }
            var keyEnd = bodyStart + 1
            if isMapping {
                guard let key = outline[child].keyRange, key.start.offset == bodyStart else { return nil }
                keyEnd = key.end.offset
            } else if bytes[bodyStart] != UInt8(ascii: "-") {
                return nil
            }
            let colon = isMapping ? skipBlanks(from: keyEnd) + 1 : keyEnd
            let end = endOfLine(endOfValue(value))
            var unit = BlockLayout.Unit(
                element: child, start: units.last?.end ?? bodyStart, headStart: bodyStart, keyEnd: keyEnd,
                valueStart: value.range.start.offset, valueEnd: endOfValue(value), end: end)
            if units.isEmpty { unit.start = firstStart(bodyStart, behind: headEnd, isRoot: isRoot) }
            if let inner = layout(of: child, behind: colon) {
                unit.valueStart = inner.units.first?.start ?? unit.valueStart
                unit.valueEnd = end
            }
            units.append(unit)
            position = end
        }
        guard let first = units.first else { return nil }
        let column = first.headStart - lineStart(first.headStart)
        return BlockLayout(units: units, column: column)
    }

    /// Where the first unit starts: its lead starts below the line of what is before the collection.
    private func firstStart(_ bodyStart: Int, behind headEnd: Int, isRoot: Bool) -> Int {
        if isRoot { return lineStart(bodyStart) }
        guard let lineBreak = bytes[headEnd..<bodyStart].firstIndex(of: UInt8(ascii: "\n")) else { return bodyStart }
        return lineBreak + 1
    }

    /// The first offset at or behind `start` that is neither white space nor in a comment, nor, if `past` properties, in
    /// an anchor or a tag.
    private func skipToContent(from start: Int, past properties: Bool) -> Int {
        var offset = start
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): offset += 1
            case UInt8(ascii: "#"): offset = endOfLine(offset)
            case UInt8(ascii: "&"), UInt8(ascii: "!"):
                guard properties, isOnlyProperties(offset) else { return offset }
                while offset < bytes.count, bytes[offset] > 0x20 { offset += 1 }
            default: return offset
            }
        }
        return offset
    }

    /// Whether the rest of the line holds nothing but anchors, tags and a comment: they belong to the collection below.
    private func isOnlyProperties(_ start: Int) -> Bool {
        var isWordStart = true
        for byte in bytes[start..<endOfLine(start)] {
            if byte <= 0x20 {
                isWordStart = true
            } else if isWordStart {
                if byte == UInt8(ascii: "#") { return true }
                if byte != UInt8(ascii: "&") && byte != UInt8(ascii: "!") { return false }
                isWordStart = false
            }
        }
        return true
    }

    private func skipBlanks(from start: Int) -> Int {
        bytes[start...].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } ?? bytes.count
    }

    /// The offset behind the line break at or behind `offset`.
    func endOfLine(_ offset: Int) -> Int {
        bytes[min(offset, bytes.count)...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
    }

    /// The offset of the first byte of the line of `offset`.
    func lineStart(_ offset: Int) -> Int {
        bytes[..<min(offset, bytes.count)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? min(offset, textStart)
    }

    /// Where the text starts behind a byte order mark, which takes no column.
    private var textStart: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// Where a value's text ends: of a block scalar that keeps its last line breaks, behind the blank lines.
    private func endOfValue(_ node: Node) -> Int {
        let end = node.range.end.offset
        var last = node
        while let inner = last.items?.last ?? last.entries?.last?.value, !last.isFlow { last = inner }
        guard let scalar = last.scalar, scalar.style == .literal || scalar.style == .folded,
            scalar.text.utf8.suffix(2).elementsEqual("\n\n".utf8) || scalar.text == "\n"
        else { return end }
        var offset = endOfLine(end)
        while offset < bytes.count {
            let next = endOfLine(offset)
            guard bytes[offset..<next].allSatisfy({ $0 <= 0x20 }) else { break }
            offset = next
        }
        return max(end, offset - 1)
    }
}
