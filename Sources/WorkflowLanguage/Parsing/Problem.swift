public import DocumentTree

/// Something that is wrong with a definition, or that its author should know.
public struct Problem: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The definition can't be used.
        case error
        /// The definition can be used.
        case warning
    }

    /// The file as it is named to the author.
    public var file: String
    /// Where in the file.
    public var position: SourcePosition
    /// What is wrong, in a sentence without its place.
    public var message: String
    /// What to do about it.
    public var hint: String?
    /// How bad it is.
    public var severity: Severity
    /// What kind of problem it is; stable, for programs.
    public var code: Code

    /// The kinds of problems.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The file is no YAML or JSON that is allowed here: syntax, encoding, size, a key that is twice.
        case document
        /// A key that isn't known.
        case unknownKey = "unknown-key"
        /// A key or a kind that is spoken for, but isn't built yet.
        case notBuilt = "not-built"
        /// A key that must be there, or two that must not be there together.
        case missingKey = "missing-key"
        /// A value of the wrong type or form.
        case value
        /// A value of the right form that can't be: a pattern that is malformed, a default of another type.
        case rule
        /// A kind of step that isn't known.
        case unknownKind = "unknown-kind"
        /// An id that is there twice.
        case duplicateID = "duplicate-id"
        /// `needs` that name no step, or that go round in a circle.
        case needs
        /// An expression that can't be parsed.
        case expression
        /// A name in an expression that is not known, or not known there.
        case name
        /// An expression where the shell would not expand it.
        case quoting
        /// What the repository's settings do not allow.
        case forbidden
        /// A call of a workflow that is not there, takes other inputs, or comes back to its caller.
        case call
        /// A trigger that nothing can fire yet.
        case idleTrigger = "idle-trigger"
        /// A text that looks like a credential.
        case secret
        /// A JSON Schema that can't be compiled.
        case schema

        /// Whether it is a fault of shape, which the JSON Schema refuses, too.
        public var isOfShape: Bool {
            switch self {
            case .unknownKey, .notBuilt, .missingKey, .value, .unknownKind: true
            default: false
            }
        }
    }

    /// A problem.
    public init(
        file: String, position: SourcePosition, severity: Severity = .error, code: Code, message: String,
        hint: String? = nil
    ) {
        self.file = file
        self.position = position
        self.message = message
        self.hint = hint
        self.severity = severity
        self.code = code
    }
}

extension Problem: CustomStringConvertible {
    /// `file:line:column: message — hint`, with `warning:` before the message of a warning.
    public var description: String {
        let prefix = severity == .warning ? "warning: " : ""
        let first = "\(file):\(position): \(prefix)\(message)"
        return hint.map { "\(first) — \($0)" } ?? first
    }
}

extension Problem {
    /// A fault of the document itself.
    init(_ error: DocumentError, file: String) {
        self.init(file: file, position: error.position, code: .document, message: error.message, hint: error.hint)
    }
}
