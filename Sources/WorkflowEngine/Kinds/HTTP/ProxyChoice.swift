/// Through which proxy a request goes, by the variables that say so.
///
/// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` are curl's, in lower case, and in upper case too, except for `HTTP_PROXY`:
/// where a web server starts programs, that one is what a client sends in its field `Proxy` (CVE-2016-5385).
struct ProxyChoice: Sendable {
    /// A proxy.
    struct Proxy: Hashable, Sendable {
        /// What the proxy speaks: HTTP, or SOCKS 5.
        let isSOCKS: Bool
        let host: String
        let port: Int
        /// `user:password`, decoded; nil where it needs none.
        let credentials: String?
        /// Whether this program was started with it: the step did not choose it itself.
        var isGiven = false
    }

    private let environment: [String: String]
    private let given: [String: String]

    /// - Parameters:
    ///   - environment: The step's environment.
    ///   - given: The variables of the proxies that this program was started with.
    init(environment: [String: String], given: [String: String]) {
        self.environment = environment
        self.given = given
    }

    /// The names of all variables that matter.
    static let variables = [
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    ]

    /// The proxy for an address; nil where it is connected to directly.
    /// - Throws: A `StepError` `parameters` for a variable that names no proxy.
    func proxy(for address: HTTPAddress) throws(StepError) -> Proxy? {
        let names = address.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        guard let name = (names + ["all_proxy", "ALL_PROXY"]).first(where: { environment[$0]?.isEmpty == false }),
            let text = environment[name], !isExcepted(address)
        else { return nil }
        var proxy = try Self.parse(text, name)
        proxy.isGiven = given[name] == text
        return proxy
    }

    private static func parse(_ text: String, _ variable: String) throws(StepError) -> Proxy {
        // The value may hold a password: no message quotes it.
        func fault(_ reason: String) -> StepError { StepError("parameters", "the variable \(variable) \(reason)") }
        var rest = text[...]
        var scheme = "http"
        if let separator = text.firstRange(of: "://") {
            scheme = text[..<separator.lowerBound].lowercased()
            rest = text[separator.upperBound...]
        }
        guard ["http", "socks5", "socks5h"].contains(scheme) else {
            throw fault("names a proxy of another kind than http:// and socks5://")
        }
        var authority = rest.prefix { !"/?#".contains($0) }
        var credentials: String?
        if let at = authority.lastIndex(of: "@") {
            credentials = try decoded(authority[..<at], fault)
            authority = authority[authority.index(after: at)...]
        }
        let isSOCKS = scheme != "http"
        guard credentials == nil || !isSOCKS else {
            throw fault("holds a password, which SOCKS proxies do not take here")
        }
        let address: HTTPAddress
        do throws(StepError) {
            address = try HTTPAddress("http://\(authority)")
        } catch {
            throw fault("names no proxy")
        }
        let hasPort = authority.last?.isNumber == true && !authority.hasSuffix("]") && authority.contains(":")
        return Proxy(
            isSOCKS: isSOCKS, host: address.host, port: hasPort ? address.port : 1080, credentials: credentials)
    }

    private static func decoded(_ text: Substring, _ fault: (String) -> StepError) throws(StepError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            guard let number = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                throw fault("holds a '%' without two digits behind it")
            }
            bytes.append(number)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether `no_proxy` names the host: `*`, a name that is the host or a domain above it, an address or a network (CIDR).
    private func isExcepted(_ address: HTTPAddress) -> Bool {
        let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        return list.split { $0 == "," || $0 == " " }.contains { entry in
            if entry == "*" { return true }
            var name = entry.lowercased()
            if name.hasPrefix("*.") { name.removeFirst(2) } else if name.hasPrefix(".") { name.removeFirst() }
            if let literal = NetworkAddress(address.host) { return literal.isIn(network: name) }
            if let colon = name.lastIndex(of: ":") {
                guard name[name.index(after: colon)...] == String(address.port) else { return false }
                name = String(name[..<colon])
            }
            return address.host == name || address.host.hasSuffix("." + name)
        }
    }
}

extension NetworkAddress {
    /// Whether the address is the one that is written, or in the network that is (`10.0.0.0/8`).
    fileprivate func isIn(network text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let written = parts[0].hasPrefix("[") ? parts[0].dropFirst().prefix { $0 != "]" } : parts[0]
        guard parts.count <= 2, let network = NetworkAddress(String(written)), network.bytes.count == bytes.count else {
            return false
        }
        guard parts.count == 2 else { return network == self }
        guard let length = Int(parts[1]), (0...(bytes.count * 8)).contains(length) else { return false }
        return bytes.indices.allSatisfy { index in
            let bits = min(8, max(0, length - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            return bytes[index] & mask == network.bytes[index] & mask
        }
    }
}
