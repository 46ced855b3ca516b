/// A parsed expression (the inside of `${{ … }}`), in GitHub Actions' expression language.
public struct Expression: Sendable {
    /// The expression as written.
    public var source: String
}
