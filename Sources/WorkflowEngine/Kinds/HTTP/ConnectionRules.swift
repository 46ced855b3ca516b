internal import DocumentTree
internal import WorkflowLanguage

/// Which hosts may be connected to, by the settings of the repository and by the step.
///
/// It is asked for every address that is connected to, those of redirections too, and answers with the addresses that a
/// connection may go to: nothing looks the host up again, so that no second answer of a name server counts.
struct ConnectionRules {
    /// What `hosts` of the settings allows; nil where everything is.
    let allowed: [HostPattern]?
    let allowsLinkLocal: Bool

    /// - Throws: A `StepError` `forbidden`.
    func requireAllowed(host: String) throws(StepError) {
        guard allowed?.contains(where: { $0.matches(host) }) ?? true else {
            throw StepError(
                StepError.forbiddenKind,
                "\(Settings.path) does not allow workflows like this one to connect to \(host)")
        }
    }

    /// The addresses of a host that may be connected to, in the order in which they are to be tried.
    ///
    /// - Throws: A `StepError`: `forbidden`, also where only one of several addresses is; `network`, `timeout`.
    func addresses(of host: String, within limit: Duration) throws(StepError) -> [NetworkAddress] {
        try requireAllowed(host: host)
        let addresses = try HostResolution.addresses(of: host, within: limit)
        for address in addresses { try requireAllowed(address, of: host) }
        return addresses
    }

    /// Refuses a host that is written as an address which may not be connected to.
    func requireAllowed(literal host: String) throws(StepError) {
        if let address = NetworkAddress(host) { try requireAllowed(address, of: host) }
    }

    private func requireAllowed(_ address: NetworkAddress, of host: String) throws(StepError) {
        guard !allowsLinkLocal, let reason = address.reasonToRefuse else { return }
        let name = host == address.description ? host : "\(host) is \(address), which"
        throw StepError(
            StepError.forbiddenKind, "\(name) \(reason), and nothing connects there; 'link-local: true' allows it")
    }
}
