internal import DocumentTree

/// The content of a response, as an output.
struct ResponseText {
    private let bytes: [UInt8]
    /// The type without its parameters, in lower case.
    private let type: String

    /// - Parameter type: The field `Content-Type`.
    init(_ bytes: [UInt8], type: String?) {
        self.bytes = bytes
        self.type = (type?.prefix { $0 != ";" }.trimmingBlanks.lowercased()) ?? ""
    }

    /// The value, read as `auto`, `json`, `text` or `none` say.
    /// - Throws: A `StepError`, `json` or `text`.
    func value(as form: String, of address: HTTPAddress) throws(StepError) -> Value {
        switch form {
        case "none": return .null
        case "json": return try json(address)
        case "auto" where type == "application/json" || type.hasSuffix("+json"):
            return bytes.isEmpty ? .null : try json(address)
        default: return .string(try text(address))
        }
    }

    private func json(_ address: HTTPAddress) throws(StepError) -> Value {
        do throws(DocumentError) {
            guard let root = try Document.parseOne(bytes, name: "response.json").root else {
                throw DocumentError(.syntax, name: "", position: .start, message: "there is nothing")
            }
            return try root.value()
        } catch {
            throw StepError("json", "\(address.shown): the response is not JSON: \(error.position): \(error.message)")
        }
    }

    private func text(_ address: HTTPAddress) throws(StepError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw StepError(
                "text",
                "\(address.shown): the response is no UTF-8 text; 'to' streams it to a file, 'response: none' drops it"
            )
        }
        return text
    }
}
