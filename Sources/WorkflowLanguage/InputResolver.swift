public import DocumentTree

/// Makes typed inputs out of what a caller gives.
public struct InputResolver: Sendable {
    /// Why a value is no value of an input.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// The input's name, as the caller wrote it where it isn't known.
        public var input: String
        /// What is wrong, to stand behind the input's name.
        public var message: String
        /// What to do about it.
        public var hint: String?

        /// `input day: message — hint`.
        public var description: String {
            let first = "input `\(input)` \(message)"
            return hint.map { "\(first) — \($0)" } ?? first
        }
    }

    /// The declared inputs.
    public let inputs: [Input]

    /// A resolver for these inputs.
    public init(_ inputs: [Input]) { self.inputs = inputs }

    /// The values of all inputs from what a caller gives as texts (`--input day=2026-11-01`): numbers, booleans, objects
    /// and arrays as JSON.
    ///
    /// An input that is neither given nor has a default is null.
    ///
    /// - Returns: The values in declared order, and all faults; the values can be used where there is no fault.
    public func resolve(texts: [(name: String, text: String)]) -> (values: ValueMapping, faults: [Fault]) {
        resolve(texts.map { ($0.name, Value.string($0.text), $0.text) })
    }

    /// The values of all inputs from what a caller gives as values (`--inputs-file`, HTTP).
    ///
    /// - Returns: As ``resolve(texts:)`` does.
    public func resolve(values: ValueMapping) -> (values: ValueMapping, faults: [Fault]) {
        resolve(values.entries.map { ($0.key, $0.value, nil) })
    }

    private func resolve(_ given: [(name: String, value: Value, text: String?)]) -> (
        values: ValueMapping, faults: [Fault]
    ) {
        var faults: [Fault] = []
        var found: [String: Value] = [:]
        for (name, value, text) in given {
            guard let input = inputs.first(where: { $0.name.lowercased() == name.lowercased() }) else {
                faults.append(unknown(name))
                continue
            }
            if found[input.name] != nil { faults.append(Fault(input: name, message: "is given twice")) }
            do { found[input.name] = try Self.convert(value, text: text, to: input) } catch { faults.append(error) }
        }
        var values = ValueMapping()
        for input in inputs {
            if let value = found[input.name] ?? input.defaultValue {
                values[input.name] = value
            } else {
                values[input.name] = .null
                let isGiven = given.contains { $0.name.lowercased() == input.name.lowercased() }
                if input.isRequired, !isGiven {
                    faults.append(
                        Fault(input: input.name, message: "is required", hint: "give it with `--input \(input.name)=…`")
                    )
                }
            }
        }
        return (values, faults)
    }

    private func unknown(_ name: String) -> Fault {
        let names = inputs.map(\.name)
        let list = names.isEmpty ? "this workflow takes no inputs" : "the inputs are \(names.joined(separator: ", "))"
        return Fault(input: name, message: "is not known", hint: NearestName.hint(for: name, among: names) ?? list)
    }

    /// The value as the input's type has it.
    ///
    /// - Parameter text: The text that the value comes from, where there is one: it is read as the input's type.
    static func convert(_ value: Value, text: String?, to input: Input) throws(Fault) -> Value {
        func fault(_ message: String, hint: String? = nil) -> Fault {
            Fault(input: input.name, message: message, hint: hint)
        }
        let shown = text ?? value.canonicalText
        switch input.kind {
        case .string:
            guard let string = text ?? value.string else { throw fault("must be a text, not `\(shown.clipped)`") }
            if let pattern = input.pattern, let compiled = try? Pattern(pattern), !compiled.matches(string) {
                throw fault("must match `\(pattern)`, and `\(string.clipped)` doesn't")
            }
            return .string(string)
        case .choice:
            guard let string = text ?? value.string ?? (input.options.contains(shown) ? shown : nil),
                input.options.contains(string)
            else {
                throw fault(
                    "must be one of \(input.options.joined(separator: ", ")), not `\(shown.clipped)`",
                    hint: NearestName.hint(for: shown, among: input.options))
            }
            return .string(string)
        case .number:
            let number = parsed(value, text)
            guard let double = number.number, double.isFinite else {
                throw fault("must be a number, not `\(shown.clipped)`")
            }
            return number
        case .integer:
            let number = parsed(value, text)
            if case .bigInteger = number { return number }
            guard let integer = number.integer else {
                throw fault("must be a whole number, not `\(shown.clipped)`")
            }
            return .integer(integer)
        case .boolean:
            guard let bool = value.bool ?? ["true": true, "false": false][shown] else {
                throw fault("must be `true` or `false`, not `\(shown.clipped)`")
            }
            return .bool(bool)
        case .object:
            let object = parsed(value, text)
            guard object.mapping != nil else { throw fault("must be a JSON object, not `\(shown.clipped)`") }
            return object
        case .array:
            let array = parsed(value, text)
            guard array.items != nil else { throw fault("must be a JSON array, not `\(shown.clipped)`") }
            return array
        }
    }

    /// The value, or what its text is as JSON where it is only a text.
    private static func parsed(_ value: Value, _ text: String?) -> Value {
        guard case .string = value, let text else { return value }
        return (try? Value(json: text)) ?? value
    }
}
