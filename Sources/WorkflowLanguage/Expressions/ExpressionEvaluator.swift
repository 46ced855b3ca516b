import DocumentTree

/// Evaluates one expression once.
struct ExpressionEvaluator<Context: EvaluationContext> {
    let source: String
    let context: Context
    /// The contexts that were asked for: the same name is the same object.
    private var roots: [String: Operand] = [:]
    /// How many bytes of text functions have made: `format` in `format` could make 2^50.
    private var producedBytes = 0

    /// The most text, in bytes, that the functions of one evaluation may make.
    static var maximumBytes: Int { 64 << 20 }

    init(source: String, context: Context) {
        self.source = source
        self.context = context
    }

    mutating func evaluate(_ syntax: ExpressionSyntax) throws -> Operand {
        switch syntax {
        case .literal(let literal): return Operand(literal)
        case .name(let name, let offset): return try root(name, at: offset)
        case .call(let function, let arguments, let offset): return try call(function, arguments, at: offset)
        case .not(let operand): return .bool(!(try evaluate(operand).isTruthy))
        case .comparison(let comparison, let left, let right):
            return .bool(Operand.compare(comparison, try evaluate(left), try evaluate(right)))
        case .and(let operands): return try first(of: operands, isTruthy: false)
        case .or(let operands): return try first(of: operands, isTruthy: true)
        case .index(let operand, let index, _): return try self.index(try evaluate(operand), by: index)
        case .filter(let operand): return filter(try evaluate(operand))
        }
    }

    /// The first operand of that truth, or the last one.
    private mutating func first(of operands: [ExpressionSyntax], isTruthy wanted: Bool) throws -> Operand {
        var result = Operand.null
        for operand in operands {
            result = try evaluate(operand)
            if result.isTruthy == wanted { break }
        }
        return result
    }

    private mutating func root(_ name: String, at offset: Int) throws -> Operand {
        let key = name.lowercased()
        if let operand = roots[key] { return operand }
        guard let value = try context.value(of: name) else {
            throw fault(
                at: offset, "unknown name `\(name)`",
                hint: NearestName.hint(for: name, among: ContextName.allCases.map(\.rawValue)))
        }
        let operand = Operand(value)
        roots[key] = operand
        return operand
    }

    private mutating func index(_ operand: Operand, by syntax: ExpressionSyntax) throws -> Operand {
        guard case .collection(let collection) = operand else { return .null }
        let index = try evaluate(syntax)
        guard case .filtered(let items) = collection.content else {
            return Self.item(of: collection, at: index) ?? .null
        }
        let found: [Operand] = items.compactMap { item in
            guard case .collection(let nested) = item else { return nil }
            return Self.item(of: nested, at: index)
        }
        return .collection(Operand.OperandCollection(.filtered(found)))
    }

    /// The item at an index: arrays take numbers (and what converts to one), objects take texts.
    private static func item(of collection: Operand.OperandCollection, at index: Operand) -> Operand? {
        if case .object = collection.content { return index.isPrimitive ? collection.item(for: index.text) : nil }
        let number = index.number.rounded(.down)
        guard number >= 0, number <= Double(Int32.max) else { return nil }
        return collection.item(at: Int(number))
    }

    /// `.*`: the items of a collection; of the result of a filter, the items of its items.
    private func filter(_ operand: Operand) -> Operand {
        var items: [Operand] = []
        if case .collection(let collection) = operand {
            if case .filtered(let nested) = collection.content {
                for case .collection(let collection) in nested { items += collection.all }
            } else {
                items = collection.all
            }
        }
        return .collection(Operand.OperandCollection(.filtered(items)))
    }

    /// A text that a function has made.
    mutating func made(_ text: String, at offset: Int) throws -> Operand {
        producedBytes += text.utf8.count
        guard producedBytes <= Self.maximumBytes else {
            throw fault(at: offset, "the expression makes more than \(Self.maximumBytes >> 20) MiB of text")
        }
        return .string(text)
    }

    func fault(at offset: Int, _ message: String, hint: String? = nil) -> ExpressionError {
        ExpressionError(source, at: offset, message, hint: hint)
    }
}
