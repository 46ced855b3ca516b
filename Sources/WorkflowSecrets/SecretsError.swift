/// Why secrets could not be kept or read. It never holds a value.
public struct SecretsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for code that decides what to do.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// Something other than wfrepo has changed, cut, swapped or removed a file.
        case damaged
        /// The key or the passphrase is not the one that the store was sealed with.
        case wrongKey = "wrong-key"
        /// The key's file is not there.
        case missingKey = "missing-key"
        /// Others may read the key.
        case insecure
        /// There is no store, or no secret of that name in it.
        case notFound = "not-found"
        /// There is one of that name already.
        case exists
        /// Not a name, not a value, or a file that is not of its form.
        case invalid
        /// A newer wfrepo wrote the file.
        case newer
        /// The system refused.
        case io
    }

    /// What kind of failure it is.
    public let code: Code
    /// What it failed on: a secret's name or a path.
    public let object: String
    /// What happened and why.
    public let reason: String
    /// The exact next command, or advice, where there is one.
    public let hint: String?

    /// A failure.
    public init(_ code: Code, _ object: String, _ reason: String, hint: String? = nil) {
        self.code = code
        self.object = object
        self.reason = reason
        self.hint = hint
    }

    /// The object and the reason.
    public var description: String { "\(object): \(reason)" }
}
