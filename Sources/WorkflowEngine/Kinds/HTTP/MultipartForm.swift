internal import DocumentTree

/// A form with files in it. Source: RFC 7578; names are written as browsers do (WHATWG HTML, section 4.10.21.8).
struct MultipartForm {
    let content: RequestContent

    /// - Parameter boundary: What separates the parts; random, so that no part holds it.
    init(_ value: Value?, folder: WorkFolder, boundary: String = MultipartForm.randomBoundary()) throws {
        guard let mapping = value?.mapping else { throw Parameters.fault("multipart: is no mapping") }
        var pieces: [RequestContent.Piece] = []
        for (name, value) in mapping.entries {
            for part in value.items ?? [value] {
                let (head, piece) = try Self.part(part, name: name, folder)
                pieces.append(.bytes(Array("--\(boundary)\r\n\(head)\r\n\r\n".utf8)))
                pieces += [piece, .bytes(Array("\r\n".utf8))]
            }
        }
        pieces.append(.bytes(Array("--\(boundary)--\r\n".utf8)))
        content = RequestContent(pieces: pieces, type: "multipart/form-data; boundary=\(boundary)")
    }

    private static func part(
        _ value: Value, name: String, _ folder: WorkFolder
    ) throws -> (head: String, RequestContent.Piece) {
        let disposition = "Content-Disposition: form-data; name=\"\(escaped(name))\""
        guard value.mapping != nil else {
            return (disposition, .bytes(Array((value.string ?? value.canonicalText).utf8)))
        }
        let parameters = Parameters(value)
        let type = try parameters.text("type")
        guard type?.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) ?? true else {
            throw Parameters.fault("multipart.\(name): its type is no type")
        }
        guard let path = try parameters.text("file") else {
            let text = try parameters.text("value") ?? ""
            return (disposition + (type.map { "\r\nContent-Type: \($0)" } ?? ""), .bytes(Array(text.utf8)))
        }
        let own = path.split(separator: "/").last.map(String.init) ?? path
        let filename = escaped(try parameters.text("filename") ?? own)
        return (
            disposition + "; filename=\"\(filename)\"\r\nContent-Type: \(type ?? "application/octet-stream")",
            try RequestContent.file(path, folder)
        )
    }

    private static func escaped(_ name: String) -> String {
        name.replacingScalars(["\r": "%0D", "\n": "%0A", "\"": "%22"])
    }

    static func randomBoundary() -> String {
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        return "wfrepo-" + String((0..<32).compactMap { _ in letters.randomElement() })
    }
}
