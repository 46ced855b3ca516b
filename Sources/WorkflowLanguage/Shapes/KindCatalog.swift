/// The kinds of step that a workflow may use, with their parameters: a value that is passed in, so that a repository can
/// allow fewer and a later layer can add more without a change to the parser.
public struct KindCatalog: Sendable {
    /// A kind of step.
    public struct Kind: Sendable {
        /// The name, as in `uses:`.
        public let name: KindName
        /// What it does, in a sentence.
        public let meaning: String
        /// Its parameters, the keys of `with:`.
        public let parameters: KeyTable
        /// The parameters that hold addresses which the kind connects to.
        public let addresses: [String]
        /// What it hands on, each output with its meaning.
        public let outputs: [(name: String, meaning: String)]
        /// A workflow that uses it and runs as it stands; empty where there is none.
        public let example: String

        /// A kind.
        ///
        /// - Parameters:
        ///   - exactlyOne: Parameters of which exactly one must be given.
        ///   - atMostOne: Parameters of which one may be given.
        public init(
            _ name: String, _ meaning: String, addresses: [String] = [], exactlyOne: [String] = [],
            atMostOne: [String] = [], parameters: [KeyTable.Key], outputs: [(name: String, meaning: String)] = [],
            example: String = ""
        ) {
            self.name = KindName(name)
            self.meaning = meaning
            self.addresses = addresses
            self.parameters = KeyTable(
                "`with` of `\(name)`", exactlyOne: exactlyOne, atMostOne: atMostOne, keys: parameters)
            self.outputs = outputs
            self.example = example
        }
    }

    /// The kinds, in the order of the documentation.
    public var kinds: [Kind] { makeKinds() }
    private let makeKinds: @Sendable () -> [Kind]
    /// Names of kinds that are spoken for but not built yet.
    public let planned: [String]
    /// Names of kinds that the repository's settings forbid here.
    public let forbidden: [String]
    /// The repository's own kinds that may be used; nil where all may.
    public let own: [KindName]?

    /// A catalog.
    ///
    /// - Parameter kinds: Asked for only where a step uses one: a workflow of scripts is checked without them.
    public init(
        kinds: @autoclosure @escaping @Sendable () -> [Kind], planned: [String] = [], forbidden: [String] = [],
        own: [KindName]? = nil
    ) {
        makeKinds = kinds
        self.planned = planned
        self.forbidden = forbidden
        self.own = own
    }

    /// Whether a kind of the repository's own may be used.
    func allows(own name: WorkflowName) -> Bool { own?.contains { $0.own == name } ?? true }

    /// The catalog with these kinds only.
    public func restricted(to names: [KindName]) -> KindCatalog {
        let allowed = kinds.filter { names.contains($0.name) }
        let others = kinds.filter { !names.contains($0.name) }.map(\.name.description)
        return KindCatalog(
            kinds: allowed, planned: planned, forbidden: forbidden + others, own: names.filter { $0.own != nil })
    }

    /// The kind of that name.
    public subscript(name: String) -> Kind? { kinds.first { $0.name.description == name } }

    /// The kinds that this program brings.
    public static let standard = KindCatalog(kinds: standardKinds)

    private static let standardKinds =
        [.log, .fail, .http, .file, .transform, .notify, .emit] + waitingKinds + [choose, workflow]
}
