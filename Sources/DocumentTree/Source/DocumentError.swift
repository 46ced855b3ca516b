/// Why a document can't be read, or can't be used as it is.
public struct DocumentError: Error, Hashable, Sendable {
    /// What kind of fault it is; stable, for programs.
    public enum Code: String, Hashable, Sendable {
        /// The bytes aren't UTF-8, or hold characters that no document may hold.
        case encoding
        /// The text isn't well-formed YAML or JSON.
        case syntax
        /// A mapping holds a key twice.
        case duplicateKey = "duplicate-key"
        /// An alias without its anchor, or inside of the node that it stands for.
        case alias
        /// The document exceeds a limit: bytes, depth, nodes.
        case limit
        /// The document holds what a value can't: a key that isn't a scalar, a number that JSON can't write.
        case unsupported
    }

    /// What kind of fault it is.
    public var code: Code
    /// The name of the document, usually its path.
    public var name: String
    /// Where the fault is.
    public var position: SourcePosition
    /// What is wrong, in plain English, without the place.
    public var message: String
    /// What to do about it, where there is something to say.
    public var hint: String?

    /// A fault of the document `name` at `position`.
    public init(_ code: Code, name: String, position: SourcePosition, message: String, hint: String? = nil) {
        self.code = code
        self.name = name
        self.position = position
        self.message = message
        self.hint = hint
    }
}

extension DocumentError: CustomStringConvertible {
    /// `name:line:column: message`, as compilers write it, and the hint on a line of its own.
    public var description: String {
        let first = "\(name):\(position): \(message)"
        return hint.map { "\(first)\nhint: \($0)" } ?? first
    }
}
