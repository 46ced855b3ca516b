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
        let (shown, end) = Self.replaced(bytes, upTo: bytes.count - search.unfinished(bytes), search)
        held = Array(bytes[end...])
        return shown
    }

    /// What was held back, when the stream is over.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        guard let search, !held.isEmpty else { return held }
        return Self.replaced(held, upTo: held.count, search).shown
    }

    /// The bytes before `limit` with every secret replaced, and where they end: at the latest before a secret that reaches over the
    /// limit, since another one may begin within it. Secrets that overlap count as one.
    private static func replaced(
        _ bytes: [UInt8], upTo limit: Int, _ search: PatternSearch
    ) -> (shown: [UInt8], end: Int) {
        var shown: [UInt8] = []
        var end = 0
        var found = search.first(in: bytes)
        // Most pieces hold none, and are handed on without a copy.
        if limit == bytes.count, found == nil { return (bytes, limit) }
        while let first = found, first.lowerBound < limit {
            var upper = first.upperBound
            found = search.first(in: bytes, from: first.lowerBound + 1)
            while let next = found, next.lowerBound < upper {
                upper = max(upper, next.upperBound)
                found = search.first(in: bytes, from: next.lowerBound + 1)
            }
            shown += bytes[end..<first.lowerBound]
            guard upper <= limit else { return (shown, first.lowerBound) }
            shown += SecretMask.replacement
            end = upper
        }
        if end < limit { shown += bytes[end..<limit] }
        return (shown, max(end, limit))
    }
}
