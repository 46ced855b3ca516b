import DocumentTree

/// What stands on a line behind a key or a value: perhaps an anchor, then perhaps a comment.
struct LineRest {
    /// All in front of the comment and its blanks.
    private let front: ArraySlice<UInt8>
    /// From its `#` on; empty where there is none.
    private let comment: ArraySlice<UInt8>
    private let lineBreak: ArraySlice<UInt8>

    private init(_ text: String) {
        let bytes = Array(text.utf8)
        let end = Self.end(of: bytes[...])
        lineBreak = bytes[end...]
        // A `#` in the middle of a word starts no comment (YAML 1.2.2, section 6.6).
        let start = bytes[..<end].indices.first { index in
            bytes[index] == UInt8(ascii: "#") && (index == 0 || bytes[index - 1] <= 0x20)
        }
        comment = bytes[(start ?? end)..<end]
        front = bytes[..<Self.end(of: bytes[..<(start ?? end)])]
    }

    private static func end(of bytes: ArraySlice<UInt8>) -> Int {
        bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? bytes.startIndex
    }

    /// The rest of a line that both sides may have changed: where each wrote a comment of its own, both stand there, ours first.
    ///
    /// - Parameters:
    ///   - base: nil where both sides added the line.
    ///   - origin: whose text stands in front of the comments, where that can't be told otherwise.
    static func merged(base: String?, ours: String, theirs: String, _ origin: TreeMerge.Origin) -> String {
        if let text = LineMerge.text(base: base ?? "", ours: ours, theirs: theirs), base != nil || ours == theirs {
            return text
        }
        let (our, their) = (LineRest(ours), LineRest(theirs))
        let old = base.map { LineRest($0) }
        let own = old?.front == our.front ? their : old?.front == their.front ? our : origin == .ours ? our : their
        var comments: [ArraySlice<UInt8>] = []
        for comment in [our.comment, their.comment] where !comment.isEmpty && !comments.contains(comment) {
            // What one side left as it was, the other has replaced.
            if comment != old?.comment { comments.append(comment) }
        }
        let text = [own.front].filter { !$0.isEmpty } + comments
        let gap = own.front.isEmpty && !comments.isEmpty ? "  " : ""
        return gap + text.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "  ")
            + String(decoding: own.lineBreak, as: UTF8.self)
    }
}
