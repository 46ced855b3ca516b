/// What a document may cost: documents come from strangers, and a small file can ask for a lot.
public struct ParseLimits: Hashable, Sendable {
    /// The deepest nesting that any limits allow: code that walks a tree recurses once a level.
    public static let deepest = 512

    /// The length of the text in bytes.
    public var maximumBytes: Int
    /// How deep collections may stand in collections; 1 is a collection of scalars.
    public var maximumDepth: Int { didSet { maximumDepth = min(maximumDepth, Self.deepest) } }
    /// The number of scalars, collections and aliases in all documents of the text.
    public var maximumNodes: Int

    /// Limits; `maximumDepth` is at most ``deepest``.
    public init(maximumBytes: Int = 10 << 20, maximumDepth: Int = 128, maximumNodes: Int = 2_000_000) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = min(maximumDepth, Self.deepest)
        self.maximumNodes = maximumNodes
    }

    /// 10 MiB, 128 levels, 2,000,000 nodes.
    public static let standard = ParseLimits()

    /// No bound but that of the levels: for what this program wrote itself, which it must be able to read again.
    public static let own = ParseLimits(maximumBytes: .max, maximumDepth: deepest, maximumNodes: .max)
}
