internal import Crypto
internal import DocumentTree

/// Where a request belongs, for the services behind it: `traceparent`.
///
/// All requests of runs that belong together have one trace id, as it is made of their correlation id; a correlation id that is a
/// trace id, or a UUID, is taken as it is. Source: W3C Trace Context, section 3.2.
struct TraceContext {
    /// 32 hexadecimal digits.
    let traceID: String
    /// 16 hexadecimal digits.
    let parentID: String

    /// - Parameters:
    ///   - key: The idempotency key of the step.
    init(correlationID: String, key: String, attempt: Int) {
        let digits = correlationID.lowercased().filter { $0 != "-" }
        let isID = digits.utf8.count == 32 && digits.utf8.allSatisfy(Self.isDigit) && digits.contains { $0 != "0" }
        traceID = isID ? digits : Self.digest(correlationID, bytes: 16)
        parentID = Self.digest("\(key)#\(attempt)", bytes: 8)
    }

    /// The field's value: the version, the ids, and that the trace is sampled.
    var field: String { "00-\(traceID)-\(parentID)-01" }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func digest(_ text: String, bytes: Int) -> String {
        SHA256.hash(data: Array(text.utf8)).prefix(bytes).hexadecimal
    }
}
