internal import Crypto
internal import DocumentTree
internal import WorkflowLanguage

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
        let schema = try schema()
        if let form = try form(of: shown, hasSchema: schema != nil) {
            let bytes = try FileReader.all(path, limit: FileConversion.limit)
            let value = try FileConversion.read(bytes, form, name: shown)
            if let items = value.items { outputs["records"] = .integer(items.count) }
            try schema.map { try Self.hold(value, against: $0, name: shown) }
        }
        return outputs
    }

    /// The form in which the file is read; nil where only its bytes count.
    private func form(of path: String, hasSchema: Bool) throws(StepError) -> FileConversion.Form? {
        guard let text = try parameters.text("format") else {
            return hasSchema ? try Self.form(ofFile: path) : nil
        }
        guard let form = FileConversion.Form(rawValue: text) else {
            throw Parameters.fault("format: is none of json, yaml, csv")
        }
        return form
    }

    private static func form(ofFile path: String) throws(StepError) -> FileConversion.Form {
        guard let form = FileConversion.Form(ofFile: path) else {
            throw Parameters.fault("format: is missing, and \(path) does not say the form")
        }
        return form
    }

    /// The schema that is given, or the one in the file that is named.
    private func schema() throws -> JSONSchema? {
        guard let given = parameters["schema"] else { return nil }
        var value = given
        var name = "with.schema"
        if let path = given.string {
            name = path
            let bytes = try FileReader.all(try folder.existing(path), limit: Self.largestSchema)
            value = try FileConversion.read(bytes, try Self.form(ofFile: path), name: path)
        }
        do throws(JSONSchema.Fault) {
            return try JSONSchema(value)
        } catch {
            let place = error.path.isEmpty ? "" : " /\(error.path.joined(separator: "/"))"
            throw StepError("parameters", "\(name):\(place) \(error.message)" + (error.hint.map { " (\($0))" } ?? ""))
        }
    }

    private static let largestSchema = 4 << 20

    private static func hold(_ value: Value, against schema: JSONSchema, name: String) throws(StepError) {
        let mismatches = schema.mismatches(of: value, limit: 5)
        guard !mismatches.isEmpty else { return }
        throw StepError("schema", "\(name): " + mismatches.map(\.description).joined(separator: "; "))
    }

    private static func sha256(_ path: String) throws(StepError) -> String {
        let reader = try FileReader(path)
        var hash = SHA256()
        while true {
            let piece = try reader.next()
            if piece.isEmpty { return hash.finalize().hexadecimal }
            hash.update(data: piece)
        }
    }
}
