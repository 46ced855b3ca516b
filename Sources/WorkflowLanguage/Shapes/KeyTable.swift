/// The keys of a mapping: what each may hold, its default and its meaning.
public struct KeyTable: Sendable {
    /// A key of a mapping.
    public struct Key: Sendable {
        /// The key as written.
        public let name: String
        /// What its value may be.
        public let shape: Shape
        /// Whether the mapping must have it.
        public let isRequired: Bool
        /// The value where the key is left out, as it would be written; nil where there is none.
        public let defaultText: String?
        /// What it is for, in a sentence.
        public let meaning: String

        /// A key.
        public init(
            _ name: String, _ shape: Shape, isRequired: Bool = false, default defaultText: String? = nil,
            _ meaning: String
        ) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.defaultText = defaultText
            self.meaning = meaning
        }
    }

    /// What the mapping is, for messages (`a step`).
    public let name: String
    /// The keys in the order of the documentation.
    public let keys: [Key]
    /// Keys that are spoken for but not built yet.
    public let planned: [String]
    /// What authors who come from other tools may write, and what to do about it here.
    public let foreign: [String: String]
    /// Exactly one of these keys must be there.
    public let exactlyOne: [String]
    /// At most one of these keys may be there.
    public let atMostOne: [String]
    /// Keys that make sense only beside another: `with` beside `uses`.
    public let companions: [String: String]
    /// A key whose shape depends on the word that another key holds.
    public let variant: Variant?
    /// The positions of the keys by their names.
    private let positions: [String: Int]
    /// The keys that must be there.
    let required: [String]

    /// A key whose shape depends on the word that another key holds, as `with` depends on `uses`.
    public struct Variant: Sendable {
        /// The key that holds the word.
        public let selector: String
        /// The key whose shape depends on it.
        public let key: String
        /// The words that have a shape, sorted.
        public let words: @Sendable () -> [String]
        /// The shape by word.
        public let table: @Sendable (String) -> KeyTable?
    }

    /// A table.
    public init(
        _ name: String, planned: [String] = [], foreign: [String: String] = [:], exactlyOne: [String] = [],
        atMostOne: [String] = [],
        companions: [String: String] = [:],
        variant: Variant? = nil, keys: [Key]
    ) {
        self.name = name
        self.keys = keys
        self.planned = planned
        self.foreign = foreign
        self.exactlyOne = exactlyOne
        self.atMostOne = atMostOne
        self.companions = companions
        self.variant = variant
        positions = Dictionary(keys.indices.map { (keys[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        required = keys.filter(\.isRequired).map(\.name)
    }

    /// The key of that name.
    public subscript(name: String) -> Key? { positions[name].map { keys[$0] } }

    /// What the value of the key of that name may be.
    func shape(of name: String) -> Shape? { positions[name].map { keys[$0].shape } }
}
