/// Two revisions in one word, as git-diff(1) takes them: `A..B` stands for `A B`, and `A...B` for `B` beside what both come from.
///
/// A side that is left out is HEAD. In `deploy@v3..v7` the workflow is that of the first.
struct RevisionRange {
    let old: String
    let new: String
    /// Whether what both come from stands in the place of the old one: three dots.
    let isFromBase: Bool

    /// Reads a range; nil where the text is none.
    init?(_ text: String) {
        // Dots before the @ belong to a name, and those before a slash to a path.
        let selector = text[(text.firstIndex(of: "@") ?? text.startIndex)...]
        guard let dots = selector.firstRange(of: "...") ?? selector.firstRange(of: ".."),
            !text[dots.upperBound...].hasPrefix("/")
        else { return nil }
        let (first, second) = (text[..<dots.lowerBound], text[dots.upperBound...])
        let tip = second.isEmpty ? "HEAD" : String(second)
        if let at = first.firstIndex(of: "@"), at > first.startIndex, !second.contains("@") {
            new = first[...at] + tip
        } else {
            new = tip
        }
        old = first.isEmpty ? "HEAD" : String(first)
        isFromBase = text[dots] == "..."
    }
}
