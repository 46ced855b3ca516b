/// The pieces of a secret address that are shown without the rest of it: a name of a host and a path without the query, say, in which
/// the addresses of chat services have what lets one write there.
enum AddressPieces {
    /// Shorter paths and queries stand in other texts, too.
    private static let shortest = 16

    /// The pieces that are secrets by themselves; none where the secret is no address of the web.
    static func secrets(of secret: String) -> [String] {
        guard let separator = secret.firstRange(of: "://"),
            ["http", "https"].contains(secret[..<separator.lowerBound].lowercased())
        else { return [] }
        let rest = secret[separator.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let behind = rest[authority.endIndex...].prefix { $0 != "#" }
        let path = behind.prefix { $0 != "?" }
        let query = behind[path.endIndex...].dropFirst()
        var pieces = [path, query].filter { $0.utf8.count >= shortest }
        if let at = authority.lastIndex(of: "@") {
            pieces += authority[..<at].split(separator: ":", maxSplits: 1).dropFirst()
        }
        return pieces.map(String.init)
    }
}
