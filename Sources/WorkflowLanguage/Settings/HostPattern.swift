/// A host, or all hosts below a domain: `api.example.test`, `*.example.test`.
public struct HostPattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as written.
    public let description: String

    /// A pattern as written.
    public init(_ description: String) { self.description = description }

    /// Whether a host is meant. Names are compared without regard to case, and a dot at the end of one is left aside
    /// (RFC 1034, section 3.1). `*.example.test` means every host below `example.test`, and not `example.test` itself.
    public func matches(_ host: String) -> Bool {
        let (host, pattern) = (Self.canonical(host), Self.canonical(description))
        guard pattern.hasPrefix("*.") else { return host == pattern }
        return host.hasSuffix(pattern.dropFirst()) && host.count > pattern.count - 1
    }

    /// The host of an address (RFC 3986, section 3.2.2); nil where it names none. Of `text` only the beginning need be
    /// there, as far as the end of the authority.
    public static func host(of address: String) -> String? {
        guard let separator = address.firstRange(of: "://") else { return nil }
        let authority = address[separator.upperBound...].prefix { !"/?#\\".contains($0) }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { return nil }
            return String(place[place.index(after: place.startIndex)..<end])
        }
        let host = place.prefix { $0 != ":" }
        return host.isEmpty ? nil : String(host)
    }

    private static func canonical(_ name: String) -> String {
        let lowered = name.lowercased()
        return lowered.hasSuffix(".") ? String(lowered.dropLast()) : lowered
    }
}
