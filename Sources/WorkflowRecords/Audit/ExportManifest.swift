internal import Crypto
public import DocumentTree

/// The text of an export's manifest: JSON whose last key, `manifest_sha256`, is the SHA-256 of the whole text with 64 zeros in that
/// place. So no byte of it changes unseen; who made all of it anew is found by a signature, or a clone's tips.
public enum ExportManifest {
    private static let key = "manifest_sha256"
    private static let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: 64)

    /// The text of a manifest.
    public static func text(of manifest: Value) throws -> [UInt8] {
        var mapping = manifest.mapping ?? ValueMapping()
        mapping[key] = .string(String(decoding: zeros, as: UTF8.self))
        let text = Array((try Value.mapping(mapping).json(JSONFormat(isPretty: true)) + "\n").utf8)
        guard let place = place(in: text) else { return text }
        return replacing(place, in: text, with: Array(sha256(text).utf8))
    }

    /// Whether a text is as it was made.
    static func isWhole(_ text: [UInt8]) -> Bool {
        guard let place = place(in: text) else { return false }
        return Array(sha256(replacing(place, in: text, with: zeros)).utf8) == Array(text[place])
    }

    /// Where the sum stands; nil where there is none.
    private static func place(in text: [UInt8]) -> Range<Int>? {
        let start = Array("\"\(key)\": \"".utf8)
        guard let found = text.ranges(of: start).last, text.count >= found.upperBound + zeros.count else { return nil }
        return found.upperBound..<found.upperBound + zeros.count
    }

    private static func replacing(_ place: Range<Int>, in text: [UInt8], with digits: [UInt8]) -> [UInt8] {
        Array(text[..<place.lowerBound]) + digits + Array(text[place.upperBound...])
    }
}
