import DocumentTree

/// A value during an evaluation.
///
/// The language has one type of number, a double (but digits that came from outside are kept), and tells two collections of equal content apart; that is why this is
/// not simply a ``Value``.
enum Operand {
    case null
    case bool(Bool)
    case number(Double)
    /// A whole number from outside with more digits than are written of a double: an id or a time, which nothing may change.
    case whole(Value)
    case string(String)
    case collection(OperandCollection)

    /// An array or an object. It has an identity: two of them are equal only where they are the same.
    final class OperandCollection {
        enum Content {
            case array([Value])
            case object(ValueMapping)
            /// The result of a filter (`.*`): an index into it goes to each of its items.
            case filtered([Operand])
        }

        let content: Content
        /// The items that were asked for, so that the same item is the same collection.
        private var items: [ItemKey: Operand] = [:]

        private enum ItemKey: Hashable {
            case position(Int)
            case key(String)
        }

        init(_ content: Content) { self.content = content }

        /// The items in their order, the values of an object.
        var all: [Operand] {
            switch content {
            case .array(let values): values.indices.map { item(values, at: $0) }
            case .object(let mapping): mapping.keys.map { item(mapping, for: $0) }
            case .filtered(let operands): operands
            }
        }

        /// The item at the index of an array.
        func item(at index: Int) -> Operand? {
            switch content {
            case .array(let values): values.indices.contains(index) ? item(values, at: index) : nil
            case .filtered(let operands): operands.indices.contains(index) ? operands[index] : nil
            case .object: nil
            }
        }

        /// The item of an object at the key, or else at the first key that differs in case only.
        func item(for key: String) -> Operand? {
            guard case .object(let mapping) = content else { return nil }
            if mapping[key] != nil { return item(mapping, for: key) }
            let wanted = OrdinalText(key)
            return mapping.keys.first { OrdinalText($0) == wanted }.map { item(mapping, for: $0) }
        }

        private func item(_ values: [Value], at index: Int) -> Operand {
            remembered(.position(index)) { values[index] }
        }

        private func item(_ mapping: ValueMapping, for key: String) -> Operand {
            remembered(.key(key)) { mapping[key] ?? .null }
        }

        private func remembered(_ key: ItemKey, _ value: () -> Value) -> Operand {
            if let item = items[key] { return item }
            let item = Operand(value())
            if case .collection = item { items[key] = item }
            return item
        }
    }

    init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .integer(let integer) where integer.magnitude < NumberText.firstCutShort: self = .number(Double(integer))
        case .integer, .bigInteger: self = .whole(value)
        case .double(let double): self = .number(double)
        case .string(let string): self = .string(string)
        case .sequence(let items): self = .collection(OperandCollection(.array(items)))
        case .mapping(let mapping): self = .collection(OperandCollection(.object(mapping)))
        }
    }

    init(_ literal: ExpressionSyntax.Literal) {
        switch literal {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .number(let number): self = .number(number)
        case .string(let string): self = .string(string)
        }
    }

    /// What the operand is outside of the evaluation. A whole number that a double holds exactly becomes an integer.
    var value: Value {
        switch self {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .number(let number):
            if let integer = Int(exactly: number), integer.magnitude <= 1 << 53, !(number == 0 && number.sign == .minus)
            {
                .integer(integer)
            } else {
                .double(number)
            }
        case .whole(let value): value
        case .string(let string): .string(string)
        case .collection(let collection):
            switch collection.content {
            case .array(let values): .sequence(values)
            case .object(let mapping): .mapping(mapping)
            case .filtered(let operands): .sequence(operands.map(\.value))
            }
        }
    }
}

extension Operand {
    /// Whether `&&` goes on and `if` holds: everything but null, false, 0, NaN and the empty string.
    var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let bool): bool
        case .number(let number): number != 0 && !number.isNaN
        case .string(let string): !string.isEmpty
        case .whole, .collection: true
        }
    }

    var isPrimitive: Bool {
        guard case .collection = self else { return true }
        return false
    }

    /// The operand as a number; NaN for what is none.
    var number: Double {
        switch self {
        case .null: 0
        case .bool(let bool): bool ? 1 : 0
        case .number(let number): number
        case .whole(let value): Double(value.canonicalText) ?? .nan
        case .string(let string): NumberText.parse(string)
        case .collection: .nan
        }
    }

    /// The operand as a text, as it is put into a template.
    var text: String {
        switch self {
        case .null: return ""
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let number): return NumberText.write(number)
        case .whole(let value): return value.canonicalText
        case .string(let string): return string
        case .collection(let collection):
            if case .object = collection.content { return "Object" }
            return "Array"
        }
    }

    /// The items, where this is an array.
    var arrayItems: [Operand]? {
        guard case .collection(let collection) = self else { return nil }
        if case .object = collection.content { return nil }
        return collection.all
    }

    /// The name of the type, for messages.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number, .whole: "number"
        case .string: "string"
        case .collection: text.lowercased()
        }
    }
}
