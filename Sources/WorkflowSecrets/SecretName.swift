/// The name of a secret: letters, digits and `_`, no digit first, as of an environment variable.
public struct SecretName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// The name in a text.
    /// - Throws: ``SecretsError`` `invalid` where it is none.
    public init(_ text: String) throws(SecretsError) {
        let bytes = text.utf8
        let isName =
            bytes.first.map(Self.canStart) == true && bytes.allSatisfy(Self.canContinue) && bytes.count <= 200
        guard isName else {
            throw SecretsError(
                .invalid, text, "is not the name of a secret",
                hint: "names are made of letters, digits and '_', and start with no digit: API_TOKEN")
        }
        description = text
    }

    /// By the bytes of the name.
    public static func < (left: SecretName, right: SecretName) -> Bool { left.description < right.description }

    private static func canStart(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
    }

    private static func canContinue(_ byte: UInt8) -> Bool {
        canStart(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// The value of a secret, which can be handed to steps: a text of at most 64 KiB, not empty, without the byte 0.
public struct SecretValue: Hashable, Sendable {
    /// The text.
    public let text: String

    /// How long a value may be, in bytes.
    public static let maximumLength = 64 << 10

    /// The value in these bytes.
    /// - Throws: ``SecretsError`` `invalid`, naming `name`.
    public init(_ bytes: some Collection<UInt8>, of name: SecretName) throws(SecretsError) {
        guard !bytes.isEmpty else {
            throw SecretsError(
                .invalid, name.description, "the value is empty",
                hint: "type one, or pipe it in; to take a secret away: wfrepo secret rm \(name)")
        }
        guard bytes.count <= Self.maximumLength else {
            throw SecretsError(.invalid, name.description, "the value is longer than \(Self.maximumLength) bytes")
        }
        let text = String(validating: bytes, as: UTF8.self)
        guard let text, !bytes.contains(0) else {
            throw SecretsError(
                .invalid, name.description,
                text == nil
                    ? "the value is no text in UTF-8" : "the value holds a NUL byte, which no environment variable can",
                hint: "encode it first: base64 -w0 FILE | wfrepo secret set \(name)")
        }
        self.text = text
    }
}

extension SecretValue: CustomStringConvertible, CustomDebugStringConvertible {
    /// `***`: a value is never shown by accident.
    public var description: String { "***" }
    /// `***`
    public var debugDescription: String { "***" }
}
