internal import DocumentTree

/// `action: convert`: JSON, YAML and CSV, each into each other one.
struct FileConversion {
    let parameters: Parameters
    let folder: WorkFolder

    /// The forms of data.
    enum Form: String, CaseIterable {
        case json, yaml, csv

        init?(ofFile name: String) {
            let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
            self.init(rawValue: ending == "yml" ? "yaml" : ending)
        }
    }

    /// The largest file that is read: it is held in memory.
    static let limit = 256 << 20
    private static let parseLimits = ParseLimits(maximumBytes: limit, maximumDepth: 256, maximumNodes: 20_000_000)

    func perform() throws -> ValueMapping {
        let (source, target) = (try parameters.required("path"), try parameters.required("to"))
        let bytes = try FileReader.all(try folder.existing(source), limit: Self.limit)
        let value = try Self.read(bytes, try form("from", source), name: source, separator: separator())
        let text: String
        switch try form("format", target) {
        case .json: text = try value.json(.pretty) + "\n"
        case .yaml: text = value.yaml
        case .csv: text = try CSV.text(value, separator: Unicode.Scalar(separator()))
        }
        let file = try AtomicFile(try folder.target(target), replaces: parameters.flag("overwrite"))
        try file.write(Array(text.utf8))
        try file.finish()
        var outputs: ValueMapping = ["path": .string(target), "size": .integer(text.utf8.count)]
        if let items = value.items { outputs["records"] = .integer(items.count) }
        return outputs
    }

    /// Reads a document.
    static func read(_ bytes: [UInt8], _ form: Form, name: String, separator: UInt8 = UInt8(ascii: ",")) throws -> Value
    {
        guard form != .csv else {
            return .sequence(try CSV(bytes, separator: separator, name: name).records(name: name))
        }
        do throws(DocumentError) {
            let ending = form == .json ? ".json" : ".yaml"
            let document = try Document.parseOne(
                bytes, name: name.hasSuffix(ending) ? name : name + ending, limits: parseLimits)
            return try document.value()
        } catch {
            throw StepError(form.rawValue, "\(name):\(error.position): \(error.message)")
        }
    }

    private func separator() throws(StepError) -> UInt8 {
        guard let text = try parameters.text("separator") else { return UInt8(ascii: ",") }
        guard let byte = text.utf8.first, text.utf8.count == 1, byte != 0x0A, byte != UInt8(ascii: "\"") else {
            throw Parameters.fault("separator: is not one character")
        }
        return byte
    }

    private func form(_ parameter: String, _ name: String) throws(StepError) -> Form {
        if let text = try parameters.text(parameter) {
            guard let form = Form(rawValue: text) else {
                throw Parameters.fault("\(parameter): is none of json, yaml, csv")
            }
            return form
        }
        guard let form = Form(ofFile: name) else {
            throw Parameters.fault("\(parameter): is missing, and \(name) does not say the form")
        }
        return form
    }
}
