/// Finds the comments of a text of YAML, which libyaml drops.
///
/// Between scalars only indicators, properties, white space and comments can stand, so a `#` there that follows white
/// space is a comment's; in a scalar, only what stands before its content (properties, a block scalar's header) can
/// hold one.
enum CommentScanner {
    /// What the scanner needs to know of a scalar.
    struct Scalar {
        /// Where libyaml says that the scalar is; a block scalar up to the start of the next line with content.
        var bytes: Range<Int>
        var style: DocumentTree.Scalar.Style
        /// Whether the range starts with an anchor or a tag.
        var hasProperties: Bool
    }

    /// The comments of `text` whose scalars are `scalars`, in order.
    static func comments(of text: SourceText, scalars: [Scalar]) -> [Comment] {
        var found: [Comment] = []
        var lines = LineCounter(text.bytes, from: text.position(of: text.start))
        var next = 0
        var index = text.start
        while let hash = text.bytes[index...].firstIndex(of: UInt8(ascii: "#")) {
            while next < scalars.count, scalars[next].bytes.upperBound <= hash { next += 1 }
            if next < scalars.count, scalars[next].bytes.contains(hash) {
                let content = text.startOfContent(scalars[next])
                if hash >= content {
                    index = scalars[next].bytes.upperBound
                    next += 1
                    continue
                }
            }
            if text.startsComment(hash) {
                let end = text.endOfLine(hash)
                let start = lines.position(of: hash)
                found.append(
                    Comment(
                        range: SourceRange(start: start, end: lines.position(of: end)), text: text.string(hash..<end)))
                index = end
            } else {
                index = hash + 1
            }
        }
        return found
    }
}

extension SourceText {
    /// Whether the `#` at `offset` starts a comment where no scalar stands.
    fileprivate func startsComment(_ offset: Int) -> Bool {
        guard offset > start else { return true }
        switch bytes[offset - 1] {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return true
        default: return false
        }
    }

    /// The offset of the line break at or behind `offset`.
    fileprivate func endOfLine(_ offset: Int) -> Int {
        bytes[offset...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? bytes.count
    }

    /// Where a scalar's own text starts: behind its properties, and behind a block scalar's header line.
    fileprivate func startOfContent(_ scalar: CommentScanner.Scalar) -> Int {
        var offset = scalar.bytes.lowerBound
        if scalar.hasProperties { offset = endOfProperties(scalar.bytes) }
        guard scalar.style == .literal || scalar.style == .folded else { return offset }
        return min(endOfLine(min(offset, bytes.count)), scalar.bytes.upperBound)
    }

    /// The first offset in `range` that is neither a property, white space nor part of a comment.
    private func endOfProperties(_ range: Range<Int>) -> Int {
        var offset = range.lowerBound
        while offset < range.upperBound {
            switch bytes[offset] {
            case UInt8(ascii: "&"), UInt8(ascii: "!"):
                offset =
                    bytes[offset..<range.upperBound].firstIndex { $0 <= UInt8(ascii: " ") } ?? range.upperBound
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                offset += 1
            case UInt8(ascii: "#") where startsComment(offset):
                offset = min(endOfLine(offset), range.upperBound)
            default:
                return offset
            }
        }
        return offset
    }

    /// The end of a block scalar's last line of text (of its header, where it has no text). libyaml says where the
    /// next line with content starts.
    func endOfBlockScalar(start: SourcePosition, end: SourcePosition) -> SourcePosition {
        var offset = min(end.offset, bytes.count)
        var lineEnd = offset
        back: while offset > start.offset {
            switch bytes[offset - 1] {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): lineEnd = offset - 1
            // Blanks may end the last line of text, or fill a blank line.
            case UInt8(ascii: " "), UInt8(ascii: "\t"): break
            default: break back
            }
            offset -= 1
        }
        var counter = LineCounter(bytes, from: start)
        return counter.position(of: lineEnd)
    }
}
