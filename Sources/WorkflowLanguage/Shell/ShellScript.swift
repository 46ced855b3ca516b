/// A `run:` script, cut at its expressions.
///
/// Expressions never become code: each reaches the interpreter as the value of an environment variable, or as a file
/// where it is large, so that no value can inject a command.
public struct ShellScript: Sendable {
    /// The interpreter, `shell:`: `sh` (the default), `bash`, `python3`, … as written.
    public var shell: String
    /// The script in order.
    public var parts: [Part]

    /// A part of a script.
    public enum Part: Sendable {
        /// Text that the interpreter reads as it is.
        case text(String)
        /// An expression, and how the shell quotes the place where it stands.
        case expression(Expression, quoting: Quoting)
    }

    /// How the shell quotes a place.
    public enum Quoting: Sendable, Hashable {
        /// No quotes around it: the value becomes one quoted word.
        case none
        /// Within double quotes.
        case double
        /// Within a here-document whose delimiter is not quoted.
        case hereDocument
        /// Where the shell calculates, as within `$(( … ))`: only a whole number may stand there.
        case arithmetic
    }

    /// The script ready for its interpreter.
    public struct Rendering: Sendable, Hashable {
        /// The text, in which each expression has become a reference to a variable or to a file.
        public var text: String
        /// The variables that the text refers to (`WFREPO_EXPR_1`, …).
        public var environment: [String: String]
        /// Contents too large for a variable, by the name of the variable that must hold the path of a file with it.
        public var files: [String: String]
    }

    /// The expressions in order.
    public var expressions: [Expression] {
        parts.compactMap { if case .expression(let expression, _) = $0 { expression } else { nil } }
    }
}
