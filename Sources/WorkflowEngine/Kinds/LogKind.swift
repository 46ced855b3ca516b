public import DocumentTree
public import WorkflowLanguage

/// `uses: log`: writes `message` to the step's log, with its level and fields, and hands it on as the output `message`.
public struct LogKind: StepKind {
    /// A kind named `log`.
    public init() {}

    /// `log`.
    public var name: KindName { KindName("log") }

    /// Writes the line: `warning: disk is full free=0 path="/srv/a b"`.
    public func run(_ call: StepCall) async throws -> ValueMapping {
        guard let message = call.parameters["message"] else {
            throw StepError("parameters", "log: with.message is missing")
        }
        let text = try message.string ?? message.json()
        call.print(try prefix(call.parameters) + behind(text, fields(call.parameters)))
        return ["message": message]
    }

    private func prefix(_ parameters: Value) throws -> String {
        switch try Parameters(parameters).text("level") ?? "info" {
        case "info": ""
        case let level where ["debug", "warning", "error"].contains(level): level + ": "
        default: throw Parameters.fault("level: must be debug, info, warning or error")
        }
    }

    /// The fields, as ` NAME=VALUE` each, by their names. A text of one plain word stands as it is, all else as JSON.
    private func fields(_ parameters: Value) throws -> String {
        guard let fields = Parameters(parameters)["fields"] else { return "" }
        guard let entries = fields.mapping?.entries else { throw Parameters.fault("fields: must be a mapping") }
        return try entries.sorted { $0.key < $1.key }.map { key, value in
            guard let text = value.string, isWord(text) else { return " \(key)=\(try value.json())" }
            return " \(key)=\(text)"
        }.joined()
    }

    private func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }
    }

    /// A text that ends with a line break, the fields at the end of its last line.
    private func behind(_ text: String, _ fields: String) -> String {
        let lines = text.utf8.last == UInt8(ascii: "\n") ? String(decoding: text.utf8.dropLast(), as: UTF8.self) : text
        return lines + fields + "\n"
    }
}
