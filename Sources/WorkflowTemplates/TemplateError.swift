/// Why a template can't be used.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed, on which template or parameter, and why.
    public var message: String
    /// What to do or type next.
    public var hint: String?

    /// A failure.
    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// The message, and the hint on a line of its own.
    public var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}
