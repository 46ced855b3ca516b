/// The identifier of a run: a ULID, so that runs sort by the time at which they were submitted.
///
/// Source: the ULID specification (github.com/ulid/spec): 48 bits of milliseconds, 80 bits of randomness, written as 26
/// digits of Crockford's base 32.
public struct RunID: Hashable, Sendable {
    /// The upper 64 bits: 48 of time, then 16 of randomness.
    let high: UInt64
    /// The lower 64 bits, all of them randomness.
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// When the run was submitted.
    public var submitted: Timestamp { Timestamp(milliseconds: Int(high >> 16)) }
}

extension RunID: Comparable {
    /// Whether `left` was submitted earlier; within a millisecond, whether its randomness is smaller.
    public static func < (left: RunID, right: RunID) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension RunID: LosslessStringConvertible {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let length = 26

    /// 26 digits, upper case.
    public var description: String {
        var (high, low) = (high, low)
        var text = [UInt8](repeating: 0, count: Self.length)
        for position in text.indices.reversed() {
            text[position] = Self.digits[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The identifier that `text` writes, in either case, or nil where it is none. Crockford's look-alikes are read as
    /// what they resemble (`I` and `L` as 1, `O` as 0), because people copy identifiers by hand.
    public init?(_ text: String) {
        guard text.utf8.count == Self.length else { return nil }
        var (high, low) = (UInt64(0), UInt64(0))
        for (position, byte) in text.utf8.enumerated() {
            // 26 digits hold 130 bits: the first one may only use its lower three.
            guard let digit = Self.value(ofDigit: byte), position > 0 || digit < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(digit)
        }
        self.init(high: high, low: low)
    }

    private static func value(ofDigit byte: UInt8) -> Int? {
        let isLetter = byte >= UInt8(ascii: "A")
        switch isLetter ? byte & ~0x20 : byte {
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        case UInt8(ascii: "O"): return 0
        case let upper: return digits.firstIndex(of: upper)
        }
    }
}
