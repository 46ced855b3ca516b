/// An address of a service (`https://api.example.test/orders?day=1`), in the one spelling that everything else sees.
///
/// What is checked and what is connected to must be the same host. So the host is taken apart once, here, and strictly:
/// names are lower case and plain ASCII, and every spelling of an IPv4 address that systems know (`0x7f.1`, `2130706433`) is
/// the usual one. Source: RFC 3986; inet_aton(3).
struct HTTPAddress: Hashable, Sendable {
    let isSecure: Bool
    /// A name, or an IP address without brackets.
    let host: String
    let port: Int
    /// The path and the query, percent-encoded; begins with `/`.
    let target: String

    /// - Throws: A `StepError` `parameters` that says what is wrong with the address.
    init(_ text: String) throws(StepError) {
        func fault(_ reason: String) -> StepError { Parameters.fault("url: \(reason)") }
        guard let separator = text.firstRange(of: "://") else { throw fault("has no 'https://'") }
        switch text[..<separator.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: throw fault("must begin with 'https://' or 'http://'")
        }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else {
            throw fault("holds a name or a password; 'auth' is their place")
        }
        let (name, number) = try Self.split(authority)
        host = name
        guard let number else {
            port = isSecure ? 443 : 80
            target = Self.target(rest[end...])
            return
        }
        guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(number),
            (1...65_535).contains(port)
        else {
            // Where somebody forgot what belongs behind a name and a password, this is the password.
            throw fault("what stands behind the ':' of the host is no port, a number from 1 to 65535")
        }
        self.port = port
        target = Self.target(rest[end...])
    }

    private init(isSecure: Bool, host: String, port: Int, target: String) {
        (self.isSecure, self.host, self.port, self.target) = (isSecure, host, port, target)
    }

    /// The host and the port of an authority.
    private static func split(_ authority: Substring) throws(StepError) -> (host: String, port: Substring?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]"),
                let address = NetworkAddress(
                    version6: String(authority[authority.index(after: authority.startIndex)..<end]))
            else { throw Parameters.fault("url: there is no IPv6 address between its brackets") }
            let behind = authority[authority.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else {
                throw Parameters.fault("url: something stands behind the IPv6 address")
            }
            return (address.description, behind.count > 1 ? behind.dropFirst() : nil)
        }
        let colon = authority.firstIndex(of: ":")
        var name = authority[..<(colon ?? authority.endIndex)].lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, name.utf8.count <= 253, name.utf8.allSatisfy(isPlain) else {
            throw Parameters.fault(
                "url: '\(name.prefix(60))' is no name of a host; names in other letters are written as 'xn--…'")
        }
        if let address = NetworkAddress(version4InAnySpelling: name) { name = address.description }
        let port = colon.map { authority[authority.index(after: $0)...] }
        return (name, port?.isEmpty == true ? nil : port)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-._".utf8.contains(byte)
    }

    /// The path and the query, without the fragment; what may not stand there is percent-encoded.
    private static func target(_ text: Substring) -> String {
        let whole = text.prefix { $0 != "#" }
        return (whole.hasPrefix("/") ? "" : "/") + PercentEncoding.completed(String(whole))
    }

    /// The address with parameters added behind its `?`.
    func adding(query: String) -> HTTPAddress {
        guard !query.isEmpty else { return self }
        let separator = !target.contains("?") ? "?" : target.hasSuffix("?") || target.hasSuffix("&") ? "" : "&"
        return HTTPAddress(isSecure: isSecure, host: host, port: port, target: target + separator + query)
    }

    /// What a `Location` refers to, seen from here (RFC 3986, section 5.2).
    func resolving(_ reference: String) throws(StepError) -> HTTPAddress {
        let scheme = isSecure ? "https" : "http"
        if reference.hasPrefix("//") { return try HTTPAddress("\(scheme):\(reference)") }
        if let colon = reference.firstIndex(of: ":"), !reference[..<colon].contains(where: { "/?#".contains($0) }) {
            return try HTTPAddress(reference)
        }
        let path = target.prefix { $0 != "?" }
        let joined: String
        switch reference.first {
        case nil, "#": joined = target
        case "?": joined = path + reference
        case "/": joined = reference
        default: joined = path[...(path.lastIndex(of: "/") ?? path.startIndex)] + reference
        }
        return HTTPAddress(
            isSecure: isSecure, host: host, port: port, target: Self.target(Self.normalised(joined)[...]))
    }

    /// The path without `.` and `..`; what is behind it stays (RFC 3986, section 5.2.4).
    private static func normalised(_ text: String) -> String {
        let path = text.prefix { $0 != "?" && $0 != "#" }
        var segments: [Substring] = []
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part == ".." { _ = segments.popLast() } else if part != "." { segments.append(part) }
            if index == parts.count - 1, part == "." || part == ".." { segments.append("") }
        }
        return "/" + segments.joined(separator: "/") + text[path.endIndex...]
    }

    /// Scheme, host and port: credentials for one are for no other (RFC 6454).
    func hasOrigin(of other: HTTPAddress) -> Bool {
        isSecure == other.isSecure && host == other.host && port == other.port
    }

    /// What the field `Host` says: the port only where it isn't the usual one.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The whole address.
    var text: String { "\(isSecure ? "https" : "http")://\(authority)\(target)" }

    /// The address for people and records: what a query holds is left out, as it may be a credential.
    var shown: String {
        let path = target.prefix { $0 != "?" }
        return "\(isSecure ? "https" : "http")://\(authority)\(path)\(path.count < target.count ? "?…" : "")"
    }
}
