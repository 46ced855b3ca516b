import Crypto
public import DocumentTree

/// The SHA-256 of a canonical form (parsed, keys sorted, no comments): equal where only the layout differs.
public struct DefinitionHash: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let description: String

    /// The hash of these hexadecimal digits, as they come from `DefinitionHash.description`.
    public init(hexadecimal: String) { description = hexadecimal }

    /// The hash of a value: of its JSON with sorted keys.
    public init(of value: Value) { self.init(ofText: value.canonicalText) }

    /// The hash of the canonical texts of several values, in order.
    init(ofText text: String) {
        description = SHA256.hash(data: Array(text.utf8)).hexadecimal
    }
}
