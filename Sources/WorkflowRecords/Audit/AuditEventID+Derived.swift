internal import Crypto
public import WorkflowEngine

extension AuditEventID {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The id of an event that is known from something else: the same whenever it is made, so that telling it twice tells it
    /// once.
    ///
    /// - Parameters:
    ///   - time: when it happened; the upper 48 bits.
    ///   - source: what names it, and nothing else; the other 80 bits are of its SHA-256.
    public init?(at time: Timestamp, derivedFrom source: String) {
        guard time.milliseconds >= 0, time.milliseconds < 1 << 48 else { return nil }
        var (rest, text) = (time.milliseconds, [UInt8](repeating: 0, count: 10))
        for position in text.indices.reversed() {
            text[position] = Self.digits[rest & 31]
            rest >>= 5
        }
        // 16 digits of 5 bits each: any 80 bits of the hash serve.
        for byte in SHA256.hash(data: Array(source.utf8)).prefix(16) { text.append(Self.digits[Int(byte & 31)]) }
        self.init(String(decoding: text, as: UTF8.self))
    }

    /// When the event happened, as its id says it.
    public var time: Timestamp? { RunID(description)?.submitted }
}
