import DocumentTree

/// A form of texts, such as a name or a duration.
public struct TextFormat: Sendable {
    /// What it is, for messages (`a duration such as …`).
    public let summary: String
    /// What several of them are.
    public let plural: String
    /// The whole form, as a regular expression that JSON Schema understands, too.
    public let pattern: String
    /// The longest text in Unicode scalars; the shortest is one.
    public let maximumLength: Int
    /// Which scalars besides strings are texts of the form, too.
    let others: Others
    private let compiled: Pattern?

    /// Scalars that are no strings.
    enum Others: Sendable {
        case none
        /// Whole numbers, such as a duration in seconds.
        case integers(ClosedRange<Int>)
        /// Numbers and booleans, as they are written.
        case all
    }

    init(_ summary: String, plural: String, pattern: String, maximumLength: Int, others: Others = .none) {
        self.summary = summary
        self.plural = plural
        self.pattern = pattern
        self.maximumLength = maximumLength
        self.others = others
        compiled = try? Pattern(pattern)
    }

    /// Whether no text of the form holds a line break: so where the pattern says what each character is, not what it isn't.
    var isOfOneLine: Bool { pattern.hasSuffix("$") && !pattern.contains("[^") }

    /// Whether the text has the form.
    public func accepts(_ text: String) -> Bool {
        guard !text.isEmpty, text.unicodeScalars.count <= maximumLength else { return false }
        return compiled?.matches(String(text.unicodeScalars.prefix(Pattern.maximumLength))) ?? false
    }

    /// Whether the scalar's text, or the number or boolean that it is, has the form.
    func accepts(_ scalar: Scalar) -> Bool {
        switch scalar.value {
        case .string: accepts(scalar.text)
        case .null, .sequence, .mapping: false
        default:
            switch others {
            case .none: false
            case .integers(let range): scalar.value.integer.map(range.contains) ?? false
            case .all: true
            }
        }
    }

    static let duration = TextFormat(
        "a duration such as `90s`, `1m30s` or `2h`", plural: "durations",
        pattern:
            "^([0-9]{1,9}|(([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}([.][0-9]{1,3})?s)?([0-9]{1,9}ms)?))$",
        maximumLength: 60, others: .integers(0...999_999_999))
    static let period = TextFormat(
        "a period of days, weeks or years such as `30d`, `12w` or `7y`", plural: "periods",
        pattern: "^[1-9][0-9]{0,4}[dwy]$", maximumLength: 6)
    static let stepID = TextFormat(
        "an id of letters, digits, `-` and `_` that starts with a letter or `_`", plural: "ids of steps",
        pattern: "^[A-Za-z_][A-Za-z0-9_-]*$", maximumLength: 100)
    static let variableName = TextFormat(
        "a name of letters, digits and `_` that starts with no digit", plural: "names of variables",
        pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maximumLength: 200)
    static let inputName = TextFormat(
        "a name of letters, digits, `-` and `_` that starts with a letter or `_`", plural: "names of inputs",
        pattern: "^[A-Za-z_][A-Za-z0-9_-]*$", maximumLength: 100)
    /// The names of events and signals.
    public static let eventName = TextFormat(
        "a name of letters, digits, `.`, `-` and `_`", plural: "names of events",
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", maximumLength: 200)
    static let workflowName = TextFormat(
        "the name of a workflow", plural: "names of workflows",
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$", maximumLength: 200)
    static let timeZone = TextFormat(
        "a time zone such as `Europe/Berlin`", plural: "time zones",
        pattern: "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$", maximumLength: 64)
    static let glob = TextFormat("a glob pattern", plural: "glob patterns", pattern: "^[^\\x00]+$", maximumLength: 1000)
    static let nonEmpty = TextFormat(
        "a text that is not empty", plural: "texts", pattern: "[^ \\t\\r\\n]", maximumLength: 1 << 20, others: .all)
    static let shell = TextFormat(
        "the name of an interpreter, such as `sh`, `bash` or `python3`", plural: "interpreters",
        pattern: "^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$", maximumLength: 200)
    static let kindName = TextFormat(
        "the name of a kind of step", plural: "names of kinds", pattern: "^(\\./)?[A-Za-z0-9][A-Za-z0-9._/-]*$",
        maximumLength: 200)
    static let namespace = TextFormat(
        "the first folder of workflows' names", plural: "namespaces", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        maximumLength: 200)
}
