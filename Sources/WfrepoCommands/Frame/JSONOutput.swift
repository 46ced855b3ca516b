import DocumentTree

extension TextOutput {
    /// Writes `value` as JSON, indented, and a line feed.
    ///
    /// NaN and the infinities, which JSON does not have, become null.
    func writeJSON(_ value: Value) throws {
        writeLine(try value.json(JSONFormat(isPretty: true, nonFinite: .null)))
    }

    /// Writes a list as ``writeJSON(_:)`` does, item by item, so that no more than one of them is in memory.
    ///
    /// - Parameters:
    ///   - refuse: asked before an empty list is written.
    ///   - items: hands over the items, in their order.
    func writeJSONList(
        ifEmpty refuse: () throws -> Void, _ items: ((Value) throws -> Void) throws -> Void
    ) throws {
        var isFirst = true
        try items { item in
            write(isFirst ? "[\n  " : ",\n  ")
            isFirst = false
            write(bytes: try item.jsonBytes(JSONFormat(isPretty: true, nonFinite: .null), depth: 1))
            // Nobody reads on: the rest need not be found.
            if failure != nil { throw Ended(status: .success) }
        }
        if isFirst { try refuse() }
        writeLine(isFirst ? "[]" : "\n]")
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
