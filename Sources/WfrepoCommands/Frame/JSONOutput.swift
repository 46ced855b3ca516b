import DocumentTree

extension TextOutput {
    /// Writes `value` as JSON, indented, and a line feed.
    ///
    /// NaN and the infinities, which JSON does not have, become null.
    func writeJSON(_ value: Value) throws {
        writeLine(try value.json(JSONFormat(isPretty: true, nonFinite: .null)))
    }

    /// Writes a value that holds parts of any document as JSON; numbers that JSON does not have become strings.
    func writeDocument(_ value: Value) throws {
        writeLine(try value.json(JSONFormat(isPretty: true, nonFinite: .string)))
    }
}

extension Value {
    /// The string, or null where there is none.
    init(_ text: String?) { self = text.map(Value.string) ?? .null }

    /// The integer, or null where there is none.
    init(_ integer: Int?) { self = integer.map(Value.integer) ?? .null }
}
