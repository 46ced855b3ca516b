internal import CLinux

/// Masks a stream that arrives in pieces: a secret that is split between two of them is found, too.
struct MaskedStream {
    private let mask: SecretMask
    /// The end of what has arrived, as far as a secret may have begun there.
    private var held: [UInt8] = []

    init(_ mask: SecretMask) { self.mask = mask }

    /// The next bytes that may be shown, once `piece` has arrived.
    mutating func take(_ piece: [UInt8]) -> [UInt8] {
        guard !mask.isEmpty else { return piece }
        let bytes = held.isEmpty ? piece : held + piece
        let keep = bytes.count - unfinished(bytes)
        let (shown, end) = replaced(bytes, upTo: keep)
        held = Array(bytes[max(end, keep)...])
        return shown
    }

    /// What was held back, when the stream is over.
    mutating func finish() -> [UInt8] {
        let (shown, _) = replaced(held, upTo: held.count)
        held = []
        return shown
    }

    /// The length of the longest end of `bytes` that is the beginning of a secret, but not all of it.
    private func unfinished(_ bytes: [UInt8]) -> Int {
        var length = min(bytes.count, mask.longest - 1)
        while length > 0 {
            let end = bytes[(bytes.count - length)...]
            if mask.patterns.contains(where: { $0.count > length && $0.starts(with: end) }) { return length }
            length -= 1
        }
        return 0
    }

    /// The bytes with every secret that begins before `limit` replaced, and where the last of them ends.
    private func replaced(_ bytes: [UInt8], upTo limit: Int) -> (shown: [UInt8], end: Int) {
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count)
        var (position, end) = (0, 0)
        var next = mask.patterns.map { Self.find($0, in: bytes, from: 0) }
        while true {
            var best: Int?
            for (index, pattern) in mask.patterns.enumerated() {
                if let found = next[index], found < position {
                    next[index] = Self.find(pattern, in: bytes, from: position)
                }
                // Patterns are sorted by length, so that the first of those that begin at one place is the longest.
                if let found = next[index], found < limit, best.flatMap({ next[$0] }).map({ found < $0 }) ?? true {
                    best = index
                }
            }
            guard let best, let start = next[best] else { break }
            shown += bytes[position..<start]
            shown += SecretMask.replacement
            position = start + mask.patterns[best].count
            end = position
        }
        if position < limit { shown += bytes[position..<limit] }
        return (shown, end)
    }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress,
                let found = clinux_find(base + start, buffer.count - start, pattern, pattern.count)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
