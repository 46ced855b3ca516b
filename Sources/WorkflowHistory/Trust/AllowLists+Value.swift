internal import DocumentTree
internal import WorkflowLanguage

// How the list of trusted repositories keeps what a repository allowed when it was trusted.
extension AllowLists {
    /// The lists as JSON; what allows everything is left out.
    var value: Value {
        .mapping(
            ValueMapping(
                [("kinds", kinds), ("programs", programs), ("hosts", hosts)].compactMap { name, list in
                    list == AllowList() ? nil : (name, list.value)
                }))
    }

    /// Reads lists back; nil where the value has another form.
    init?(_ value: Value) {
        guard case .mapping(let mapping) = value else { return nil }
        self.init()
        for (key, value) in mapping.entries {
            guard let list = AllowList(value) else { return nil }
            switch key {
            case "kinds": kinds = list
            case "programs": programs = list
            case "hosts": hosts = list
            default: return nil
            }
        }
    }
}

extension AllowList {
    fileprivate var value: Value {
        var mapping = ValueMapping()
        if let names { mapping["allow"] = Self.value(of: names) }
        let own = namespaces.sorted { $0.key < $1.key }.map { ($0.key, Self.value(of: $0.value)) }
        mapping["namespaces"] = .mapping(ValueMapping(own))
        return .mapping(mapping)
    }

    fileprivate init?(_ value: Value) {
        guard case .mapping(let mapping) = value else { return nil }
        self.init()
        if let allowed = mapping["allow"] {
            guard let names = Self.names(allowed) else { return nil }
            self.names = names
        }
        for (namespace, value) in mapping["namespaces"]?.mapping?.entries ?? [] {
            guard let names = Self.names(value) else { return nil }
            namespaces[namespace] = names
        }
    }

    private static func value(of names: [String]) -> Value { .sequence(names.sorted().map(Value.string)) }

    private static func names(_ value: Value) -> [String]? {
        guard let items = value.items else { return nil }
        let names = items.compactMap(\.string)
        return names.count == items.count ? names : nil
    }
}
