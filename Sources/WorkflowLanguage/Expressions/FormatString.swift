/// The format strings of the function `format`: `{0}` is an argument, `{{` and `}}` are braces.
enum FormatString {
    enum Segment: Hashable {
        case text(String)
        /// An argument, and what stands behind a `:` in its braces.
        case argument(Int, specifiers: String)
    }

    struct Fault: Error {
        var message: String
    }

    static func parse(_ format: String, argumentCount: Int) throws(Fault) -> [Segment] {
        let invalid = Fault(message: "the format string is invalid: \(format)")
        var segments: [Segment] = []
        var text = String.UnicodeScalarView()
        var rest = format.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "{" || scalar == "}" else {
                text.append(scalar)
                continue
            }
            if rest.first == scalar {
                text.append(scalar)
                rest.removeFirst()
                continue
            }
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            guard scalar == "{", let number = UInt8(String(digits)), let specifiers = specifiers(&rest) else {
                throw invalid
            }
            guard number < argumentCount else {
                throw Fault(message: "the format string refers to more arguments than there are: \(format)")
            }
            if !text.isEmpty { segments.append(.text(String(text))) }
            text = String.UnicodeScalarView()
            segments.append(.argument(Int(number), specifiers: specifiers))
        }
        if !text.isEmpty { segments.append(.text(String(text))) }
        return segments
    }

    /// What stands between a `:` and the closing brace, which is taken, too; nil where the brace is missing.
    private static func specifiers(_ rest: inout Substring.UnicodeScalarView) -> String? {
        switch rest.popFirst() {
        case "}": return ""
        case ":": break
        default: return nil
        }
        var specifiers = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "}" {
                guard rest.first == "}" else { return String(specifiers) }
                rest.removeFirst()
            }
            specifiers.append(scalar)
        }
        return nil
    }
}
