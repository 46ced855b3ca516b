import DocumentTree

/// The settings of a repository: `wfrepo.yaml` at the top of its tree.
public struct Settings: Sendable, Hashable {
    /// The kinds of step that workflows may use; nil where all may be used.
    public var allowedKinds: [KindName]?
    /// The kinds that workflows of a namespace may use, in place of ``allowedKinds``.
    public var namespaceKinds: [String: [KindName]]

    /// The settings of a repository that has no such file.
    public static let standard = Settings(allowedKinds: nil, namespaceKinds: [:])

    /// Where the settings lie in a tree.
    public static let path = "wfrepo.yaml"

    /// The table of the keys.
    public static let keys = KeyTable(
        "a file of settings", planned: ["durability", "limits", "retention"],
        keys: [
            KeyTable.Key(
                "kinds",
                .mapping(
                    KeyTable(
                        "`kinds`",
                        keys: [
                            KeyTable.Key("allow", kindList, "The kinds of step that workflows may use."),
                            KeyTable.Key(
                                "namespaces", .dictionary(keys: .namespace, values: kindList),
                                "The kinds that workflows of a namespace may use, in place of `allow`."),
                        ])), "Which kinds of step workflows may use, besides `run:`.")
        ])

    private static let kindList = Shape.list(of: .formatted(.kindName), isUnique: true)

    /// Parses the settings' file and checks all of it.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - file: What it is called in problems.
    /// - Returns: The settings, nil where there is an error, and all problems.
    public static func parse(_ bytes: [UInt8], file: String = path) -> (settings: Settings?, problems: [Problem]) {
        let root: Node?
        do {
            root = try Document.parseOne(bytes, name: file, limits: Workflow.limits)
                .expanded(maximumNodes: Workflow.limits.maximumNodes)
        } catch {
            return (nil, [Problem(error, file: file)])
        }
        guard let root else { return (.standard, []) }
        var check = ShapeCheck(problems: ProblemList(file: file), kinds: .standard)
        check.check(root, against: .mapping(keys), subject: "a file of settings")
        let problems = check.problems.sorted
        guard problems.isEmpty else { return (nil, problems) }
        let kinds = root["kinds"]
        let namespaces = (kinds?["namespaces"]?.entries ?? []).map { ($0.key.scalar?.text ?? "", names($0.value)) }
        return (
            Settings(
                allowedKinds: kinds?["allow"].map(names),
                namespaceKinds: Dictionary(namespaces, uniquingKeysWith: { first, _ in first })), []
        )
    }

    /// The kinds of a catalog that the workflow of that name may use.
    public func catalog(for name: WorkflowName, from catalog: KindCatalog = .standard) -> KindCatalog {
        guard let allowed = name.namespace.flatMap({ namespaceKinds[$0] }) ?? allowedKinds else { return catalog }
        return catalog.restricted(to: allowed)
    }

    private static func names(_ node: Node) -> [KindName] {
        (node.items ?? []).compactMap { $0.scalar.map { KindName($0.text) } }
    }
}
