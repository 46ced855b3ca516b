internal import GitStore
internal import NIOHTTP1
internal import WorkflowLanguage

/// How the content of a response is encoded (RFC 9110, section 8.4), as far as it is asked for so.
enum ContentCoding {
    case identity
    case gzip
    /// One that was not asked for: the content stays as it is.
    case other

    /// What is asked for.
    static let accepted = "gzip"

    init(_ headers: HTTPHeaders) {
        switch headers[canonicalForm: "content-encoding"].map({ $0.lowercased() }).filter({ $0 != "identity" }) {
        case []: self = .identity
        case ["gzip"], ["x-gzip"]: self = .gzip
        default: self = .other
        }
    }

    /// The content, no larger than `limit`.
    /// - Throws: A `StepError`, `too-large` or `encoding`.
    func decoded(_ bytes: [UInt8], limit: Int, of address: HTTPAddress) throws(StepError) -> [UInt8] {
        guard case .gzip = self, !bytes.isEmpty else { return bytes }
        let (content, end) = Zlib.inflated(bytes, limit: limit)
        switch end {
        case .whole: return content
        case .tooLarge:
            throw StepError("too-large", "the response's content is larger unpacked; 'limit' allows \(limit) bytes")
        case .truncated: throw StepError("encoding", "\(address.shown): the gzip content ends too early")
        case .damaged: throw StepError("encoding", "\(address.shown): the content is no gzip, or damaged")
        }
    }

    /// As much of the beginning as can be read.
    func beginning(of bytes: [UInt8], limit: Int) -> [UInt8] {
        guard case .gzip = self else { return bytes }
        return Zlib.inflated(bytes, limit: limit).bytes
    }
}
