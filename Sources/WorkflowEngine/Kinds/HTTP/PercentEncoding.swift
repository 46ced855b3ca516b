/// Percent-encoding. Source: RFC 3986, section 2.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// A text as one part of an address: everything but unreserved characters is encoded.
    static func encoded(_ text: String) -> String { encoded(text) { isUnreserved($0) } }

    /// A text in which only what may stand nowhere in an address is encoded; what is encoded already stays.
    static func completed(_ text: String) -> String {
        encoded(text) { isUnreserved($0) || "%/?:@!$&'()*+,;=".utf8.contains($0) }
    }

    /// Pairs as a query or a form has them: `a=1&b=two%20words`.
    static func query(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String, _ stays: (UInt8) -> Bool) -> String {
        guard !text.utf8.allSatisfy(stays) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if stays(byte) {
                bytes.append(byte)
            } else {
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte)
    }
}
