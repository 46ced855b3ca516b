internal import Crypto
public import WorkflowEngine

extension AuditEventID {
    /// The id of an event that every run has once: the same whenever it is made.
    ///
    /// Of the 80 bits behind the time all but the first digit are those of the run's own id, which stands in the same line: in packs
    /// that takes a third of the room of a hash. The first digit puts the events of one moment in their order.
    ///
    /// - Parameters:
    ///   - time: when it happened; the upper 48 bits.
    ///   - place: which of the run's events it is, from 0 to 31.
    init?(at time: Timestamp, of run: RunID, place: Int) {
        guard let digits = Self.digits(of: time), Self.digits.indices.contains(place) else { return nil }
        self.init(String(decoding: digits + [Self.digits[place]] + run.description.utf8.suffix(15), as: UTF8.self))
    }

    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The id of an event that is known from something else: the same whenever it is made, so that telling it twice tells it
    /// once.
    ///
    /// - Parameters:
    ///   - time: when it happened; the upper 48 bits.
    ///   - source: what names it, and nothing else; the other 80 bits are of its SHA-256.
    public init?(at time: Timestamp, derivedFrom source: String) {
        guard var text = Self.digits(of: time) else { return nil }
        // 16 digits of 5 bits each: any 80 bits of the hash serve.
        for byte in SHA256.hash(data: Array(source.utf8)).prefix(16) { text.append(Self.digits[Int(byte & 31)]) }
        self.init(String(decoding: text, as: UTF8.self))
    }

    /// The ten digits of a moment; nil for one that no id can name.
    private static func digits(of time: Timestamp) -> [UInt8]? {
        guard time.milliseconds >= 0, time.milliseconds < 1 << 48 else { return nil }
        var (rest, text) = (time.milliseconds, [UInt8](repeating: 0, count: 10))
        for position in text.indices.reversed() {
            text[position] = digits[rest & 31]
            rest >>= 5
        }
        return text
    }

    /// When the event happened, as its id says it.
    public var time: Timestamp? { RunID(description)?.submitted }
}
