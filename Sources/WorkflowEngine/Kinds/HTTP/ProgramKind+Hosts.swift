public import DocumentTree
internal import WorkflowLanguage

extension ProgramKind {
    /// The host that a call would connect to; the kind as a whole where it connects to none.
    public func circuit(for parameters: Value) -> String {
        requestedHost(of: name, parameters) ?? name.description
    }

    /// What kinds that connect to hosts are told of the proxies that this program was started with: those are its user's
    /// choice, which `hosts` of the settings does not bound, whereas a step's own are bounded by it.
    public static func proxies(_ environment: [String: String]) -> Value {
        var proxies = ValueMapping()
        for name in ProxyChoice.variables { proxies[name] = environment[name].map { .string($0) } }
        return .mapping(proxies)
    }
}
