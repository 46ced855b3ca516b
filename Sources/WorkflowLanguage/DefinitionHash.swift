/// The SHA-256 of a canonical form (parsed, keys sorted, no comments): equal where only the layout differs.
public struct DefinitionHash: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let description: String

    /// The hash of these hexadecimal digits, as they come from `DefinitionHash.description`.
    public init(hexadecimal: String) { description = hexadecimal }
}
