/// Names that workflows may use: those of a namespace where it has a list of its own, else those of the repository.
public struct AllowList: Sendable, Hashable {
    /// What is allowed in the repository; nil where everything is.
    public var names: [String]?
    /// What is allowed in a namespace, in place of `names`.
    public var namespaces: [String: [String]]

    /// A list that allows everything, unless names are given.
    public init(_ names: [String]? = nil, namespaces: [String: [String]] = [:]) {
        self.names = names
        self.namespaces = namespaces
    }

    /// What workflows of the namespace may use; nil where everything is allowed.
    public func allowed(in namespace: String?) -> [String]? { namespace.flatMap { namespaces[$0] } ?? names }

    /// What this list allows and `other` doesn't, for people: `curl`, `evil in billing`, `everything`.
    func excess(over other: AllowList) -> [String] {
        var found = Self.excess(of: names, over: other.names)
        for namespace in Set(namespaces.keys).union(other.namespaces.keys).sorted() {
            found += Self.excess(of: allowed(in: namespace), over: other.allowed(in: namespace))
                .map { "\($0) in \(namespace)" }.filter { !found.contains($0.dropping(" in \(namespace)")) }
        }
        return found
    }

    private static func excess(of names: [String]?, over other: [String]?) -> [String] {
        guard let other else { return [] }
        guard let names else { return ["everything"] }
        return Set(names).subtracting(other).sorted()
    }
}

extension String {
    fileprivate func dropping(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
