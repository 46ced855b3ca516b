/// What git writes into a file where a merge left a decision to a person.
enum ConflictMarker {
    /// The fault of a text that holds a whole conflict, at its first marker; nil for any other text.
    ///
    /// - Parameter text: one that can't be parsed: only then are the markers surely none of its content.
    static func fault(in text: SourceText) -> DocumentError? {
        var start: Int?
        var line = text.start
        while line < text.bytes.count {
            let rest = text.bytes[line...]
            if rest.starts(with: "<<<<<<< ".utf8) {
                start = start ?? line
            } else if let start, rest.starts(with: ">>>>>>> ".utf8) {
                return DocumentError(
                    .syntax, name: text.name, position: text.position(of: start),
                    message: "a merge left a conflict here",
                    hint: "decide between what stands above and below `=======`, and remove the three marker lines")
            }
            line = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.bytes.count
        }
        return nil
    }
}
