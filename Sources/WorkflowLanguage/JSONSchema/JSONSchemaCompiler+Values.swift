import DocumentTree

// Keywords that hold plain values.
extension JSONSchemaCompiler {
    func types(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> [JSONType] {
        let names = value.items ?? [value]
        let types = names.compactMap { $0.string.flatMap(JSONType.init) }
        guard types.count == names.count, !types.isEmpty else {
            let known = JSONType.allCases.map(\.rawValue)
            let wrong = names.first { $0.string.flatMap(JSONType.init) == nil }?.string ?? ""
            throw Fault(
                path: path, message: "must be one of \(known.joined(separator: ", ")), or a list of them",
                hint: NearestName.hint(for: wrong, among: known))
        }
        return types
    }

    func number(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> Value {
        guard value.number != nil else { throw Fault(path: path, message: "must be a number") }
        return value
    }

    func range(
        _ suffix: String, _ all: ValueMapping, _ path: [String], fallback: Int = 0
    ) throws(JSONSchema.Fault) -> ClosedRange<Int> {
        var bounds = [fallback, Int.max]
        for (index, keyword) in ["min\(suffix)", "max\(suffix)"].enumerated() {
            guard let value = all[keyword] else { continue }
            guard let number = value.integer ?? value.number.flatMap({ Int(exactly: $0) }), number >= 0 else {
                throw Fault(path: path.dropLast() + [keyword], message: "must be a whole number from 0")
            }
            bounds[index] = number
        }
        guard bounds[0] <= bounds[1] else {
            throw Fault(path: path, message: "no value can have at least \(bounds[0]) and at most \(bounds[1])")
        }
        return bounds[0]...bounds[1]
    }

    func texts(_ value: Value, _ path: [String]) throws(JSONSchema.Fault) -> [String] {
        guard let items = value.items, items.allSatisfy({ $0.string != nil }) else {
            throw Fault(path: path, message: "must be a list of texts")
        }
        return items.compactMap(\.string)
    }

    func entries(
        _ value: Value, _ path: [String]
    ) throws(JSONSchema.Fault) -> [(key: String, value: Value)] {
        guard let mapping = value.mapping else { throw Fault(path: path, message: "must be a mapping") }
        return mapping.entries.map { (key: $0.key, value: $0.value) }
    }

    func pattern(_ text: String?, _ path: [String]) throws(JSONSchema.Fault) -> Pattern {
        guard let text else { throw Fault(path: path, message: "must be a text") }
        do throws(Pattern.Fault) {
            return try Pattern(text)
        } catch {
            throw Fault(path: path, message: "the pattern `\(text.clipped)` is malformed: \(error.message)")
        }
    }
}
