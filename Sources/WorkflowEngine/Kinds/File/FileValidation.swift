internal import Crypto
internal import DocumentTree

/// `action: validate`: whether a file is there and is what it should be.
struct FileValidation {
    let parameters: Parameters
    let folder: WorkFolder

    func perform() throws -> ValueMapping {
        let shown = try parameters.required("path")
        let path = try folder.existing(shown)
        let size = try FileReader(path).size
        let least = try parameters.integer("minimum-size", default: 0, in: 0...(1 << 60))
        let most = try parameters.integer("maximum-size", default: .max, in: 0 ... .max)
        guard size >= least else {
            throw StepError("invalid", "\(shown): has \(size) bytes, less than \(least)")
        }
        guard size <= most else { throw StepError("invalid", "\(shown): has \(size) bytes, more than \(most)") }
        if let expected = try parameters.text("sha256") {
            let sum = try Self.sha256(path)
            guard sum == expected.lowercased() else {
                throw StepError("checksum", "\(shown): its SHA-256 is \(sum), not \(expected)")
            }
        }
        var outputs: ValueMapping = ["path": .string(shown), "size": .integer(size), "valid": true]
        if let text = try parameters.text("format") {
            guard let form = FileConversion.Form(rawValue: text) else {
                throw Parameters.fault("format: is none of json, yaml, csv")
            }
            let bytes = try FileReader.all(path, limit: FileConversion.limit)
            let value = try FileConversion.read(bytes, form, name: shown)
            if let items = value.items { outputs["records"] = .integer(items.count) }
        }
        return outputs
    }

    private static func sha256(_ path: String) throws(StepError) -> String {
        let reader = try FileReader(path)
        var hash = SHA256()
        while true {
            let piece = try reader.next()
            if piece.isEmpty { return hexadecimal(hash.finalize()) }
            hash.update(data: piece)
        }
    }
}
