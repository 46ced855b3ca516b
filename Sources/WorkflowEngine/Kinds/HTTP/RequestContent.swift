internal import DocumentTree

/// What a request carries: bytes and files, one behind the other, and their type.
struct RequestContent: Sendable {
    /// A part of it.
    enum Piece: Sendable {
        case bytes([UInt8])
        case file(path: String, size: Int)
    }

    let pieces: [Piece]
    /// The field `Content-Type`.
    let type: String

    /// The size in bytes.
    var size: Int {
        pieces.reduce(0) { sum, piece in
            switch piece {
            case .bytes(let bytes): sum + bytes.count
            case .file(_, let size): sum + size
            }
        }
    }

    /// The content that the parameters describe; nil where there is none.
    init?(_ parameters: Parameters, folder: WorkFolder) throws {
        let names = ["json", "form", "multipart", "body", "file"].filter { parameters[$0] != nil }
        guard names.count <= 1 else {
            throw Parameters.fault("\(names.joined(separator: ", ")): only one of them may be there")
        }
        switch names.first {
        case "json":
            let bytes = try (parameters["json"] ?? .null).jsonBytes(JSONFormat(nonFinite: .null))
            self.init(pieces: [.bytes(bytes)], type: "application/json")
        case "form":
            let text = PercentEncoding.query(try Self.pairs(parameters["form"], "form"))
            self.init(pieces: [.bytes(Array(text.utf8))], type: "application/x-www-form-urlencoded")
        case "multipart":
            self = try MultipartForm(parameters["multipart"], folder: folder).content
        case "body":
            let text = try parameters.text("body") ?? ""
            self.init(pieces: [.bytes(Array(text.utf8))], type: "text/plain; charset=utf-8")
        case "file":
            self.init(pieces: [try Self.file(parameters.required("file"), folder)], type: "application/octet-stream")
        default: return nil
        }
    }

    init(pieces: [Piece], type: String) {
        self.pieces = pieces
        self.type = type
    }

    static func file(_ path: String, _ folder: WorkFolder) throws(StepError) -> Piece {
        let real = try folder.existing(path)
        return .file(path: real, size: try FileReader(real).size)
    }

    /// The pairs of a mapping, as queries and forms have them: a list is a name several times, null none.
    static func pairs(_ value: Value?, _ name: String) throws(StepError) -> [(name: String, value: String)] {
        guard let value else { return [] }
        guard let mapping = value.mapping else { throw Parameters.fault("\(name): is no mapping") }
        var pairs: [(String, String)] = []
        for (key, value) in mapping.entries {
            for item in value.items ?? [value] where item != .null {
                guard item.items == nil, item.mapping == nil else {
                    throw Parameters.fault("\(name).\(key): is neither a text nor a list of texts")
                }
                pairs.append((key, item.string ?? item.canonicalText))
            }
        }
        return pairs
    }
}
