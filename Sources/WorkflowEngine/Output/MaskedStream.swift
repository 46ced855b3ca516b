/// Masks a stream that arrives in pieces: a secret that is split between two of them is found, too.
struct MaskedStream {
    private let search: PatternSearch?
    /// The end of what has arrived, as far as a secret may have begun there.
    private var held: [UInt8] = []

    init(_ mask: SecretMask) { search = mask.search }

    /// The next bytes that may be shown, once `piece` has arrived.
    mutating func take(_ piece: [UInt8]) -> [UInt8] {
        guard let search else { return piece }
        let bytes = held.isEmpty ? piece : held + piece
        let keep = bytes.count - search.unfinished(bytes)
        let (shown, end) = Self.replaced(bytes, upTo: keep, search)
        held = Array(bytes[max(end, keep)...])
        return shown
    }

    /// What was held back, when the stream is over.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        guard let search, !held.isEmpty else { return held }
        return Self.replaced(held, upTo: held.count, search).shown
    }

    /// The bytes with every secret that begins before `limit` replaced, and where the last of them ends. Of secrets that begin
    /// at one place the longest counts.
    private static func replaced(
        _ bytes: [UInt8], upTo limit: Int, _ search: PatternSearch
    ) -> (shown: [UInt8], end: Int) {
        var shown: [UInt8] = []
        var end = 0
        while let found = search.first(in: bytes, from: end), found.lowerBound < limit {
            shown += bytes[end..<found.lowerBound]
            shown += SecretMask.replacement
            end = found.upperBound
        }
        // Most pieces hold none, and are handed on without a copy.
        if end == 0, limit == bytes.count { return (bytes, 0) }
        if end < limit { shown += bytes[end..<limit] }
        return (shown, end)
    }
}
