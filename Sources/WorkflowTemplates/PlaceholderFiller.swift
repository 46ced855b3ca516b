import DocumentTree

/// Replaces the placeholders `<<NAME>>` in the scalars of a YAML text.
struct PlaceholderFiller {
    let template: String
    let values: [String: String]
    let kinds: [String: TemplateParameter.Kind]

    func fill(_ source: [UInt8]) throws(TemplateError) -> [UInt8] {
        var scalars: [(scalar: Scalar, range: Range<Int>)] = []
        do {
            let document = try Document.parseOne(source, name: "\(template)/workflow.yaml")
            if let root = document.root { collectScalars(of: root, into: &scalars) }
        } catch {
            throw TemplateError(error.description)
        }
        var result: [UInt8] = []
        var position = 0
        for (scalar, range) in scalars {
            let written = String(decoding: source[range], as: UTF8.self)
            guard let replaced = try replacement(for: scalar, written: written) else { continue }
            result += source[position..<range.lowerBound]
            result += replaced.utf8
            position = range.upperBound
        }
        return result + source[position...]
    }

    private func collectScalars(of node: Node, into scalars: inout [(scalar: Scalar, range: Range<Int>)]) {
        switch node.content {
        case .scalar(let scalar): scalars.append((scalar, node.range.bytes))
        case .sequence(let items):
            for item in items { collectScalars(of: item, into: &scalars) }
        case .mapping(let entries):
            for entry in entries {
                collectScalars(of: entry.key, into: &scalars)
                collectScalars(of: entry.value, into: &scalars)
            }
        case .alias: break
        }
    }

    /// The new text of a scalar as it was written, or nil where it has no placeholder.
    private func replacement(for scalar: Scalar, written: String) throws(TemplateError) -> String? {
        switch scalar.style {
        case .literal, .folded: return try substituted(written) { $0 }
        case .singleQuoted: return try substituted(written) { $0.replacingScalars(["'": "''"]) }
        case .doubleQuoted: return try substituted(written) { String(doubleQuoted($0).dropFirst().dropLast()) }
        case .plain:
            guard let text = try substituted(scalar.text, { $0 }) else { return nil }
            return isWholeTypedPlaceholder(scalar.text) || isPlain(text) ? text : doubleQuoted(text)
        }
    }

    /// Whether the scalar is nothing but one placeholder of a number or truth value, which stays one.
    private func isWholeTypedPlaceholder(_ text: String) -> Bool {
        guard text.hasPrefix("<<"), text.hasSuffix(">>") else { return false }
        switch kinds[String(text.dropFirst(2).dropLast(2))] {
        case .number, .integer, .boolean: return true
        case .string, .choice, nil: return false
        }
    }

    private func substituted(_ text: String, _ encode: (String) -> String) throws(TemplateError) -> String? {
        var pieces: [String] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "<<") {
            let behind = rest[open.upperBound...]
            guard let close = behind.firstRange(of: ">>"), let value = values[String(behind[..<close.lowerBound])]
            else {
                pieces.append(String(rest[..<open.upperBound]))
                rest = behind
                continue
            }
            pieces.append(String(rest[..<open.lowerBound]))
            pieces.append(encode(value))
            rest = behind[close.upperBound...]
        }
        guard rest.startIndex != text.startIndex else { return nil }
        return (pieces + [String(rest)]).joined()
    }

    /// Whether `text`, written plain, is read as exactly this string, in block and in flow style.
    private func isPlain(_ text: String) -> Bool {
        guard let document = try? Document.parseOne(Array("[\(text)]\n".utf8), name: "value"),
            let items = document.root?.items, items.count == 1, document.comments.isEmpty,
            case .scalar(let scalar)? = items.first?.content, scalar.style == .plain
        else { return false }
        return scalar.value == .string(text)
    }

    private func doubleQuoted(_ text: String) -> String {
        // A JSON string is a YAML double-quoted scalar (YAML 1.2.2, chapter 1.3).
        (try? Value.string(text).json()) ?? "\"\""
    }
}
