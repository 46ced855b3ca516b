extension StringProtocol {
    /// The text with some of its scalars replaced, each wherever it stands: for quoting and escaping.
    ///
    /// `replacing(_:with:)` and `contains(_:)` compare what a person sees as one character. They pass over a quote that carries
    /// an accent (`"` and U+0301) and over a line feed behind a carriage return, so with them a text could leave its quotes.
    public func replacingScalars(_ replacements: [Unicode.Scalar: String]) -> String {
        guard unicodeScalars.contains(where: { replacements[$0] != nil }) else { return String(self) }
        var result = ""
        for scalar in unicodeScalars {
            if let replacement = replacements[scalar] {
                result.unicodeScalars.append(contentsOf: replacement.unicodeScalars)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
