import DocumentTree

// References to other schemas of the same document.
extension JSONSchemaCompiler {
    mutating func reference(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> String {
        guard let text = value.string else { throw Fault(path: path, message: "must be a text") }
        guard text == "#" || text.hasPrefix("#/") else {
            throw Fault(
                path: path, message: "`\(text.clipped)` leads out of this schema",
                hint: "refer to a place in it: `#/$defs/NAME`")
        }
        if seen.insert(text).inserted { wanted.append((text, path)) }
        return text
    }

    /// The schemas that references name, those inside them, too.
    mutating func resolveReferences() throws(JSONSchema.Fault) -> [String: JSONSchemaNode] {
        var nodes: [String: JSONSchemaNode] = [:]
        while let (text, path) = wanted.popLast() {
            var place = root
            for part in text.split(separator: "/").dropFirst() {
                let key = Self.unescaped(part)
                guard let next = place[key] ?? Int(key).flatMap({ place.items?[safe: $0] }) else {
                    throw Fault(path: path, message: "there is nothing at `\(text.clipped)`")
                }
                place = next
            }
            nodes[text] = try compile(place, at: path)
        }
        return nodes
    }

    /// Source: RFC 6901, section 4 (`~0`, `~1`) and section 6 (percent signs in a fragment).
    private static func unescaped(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
            .replacing("~1", with: "/").replacing("~0", with: "~")
    }
}
