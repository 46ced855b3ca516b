import DocumentTree

extension ExpressionEvaluator {
    mutating func call(_ function: ExpressionFunction, _ arguments: [ExpressionSyntax], at offset: Int) throws
        -> Operand
    {
        switch function {
        case .contains: return .bool(try contains(arguments))
        case .startsWith: return .bool(try compareTexts(arguments) { $0.hasPrefix($1) })
        case .endsWith: return .bool(try compareTexts(arguments) { $0.hasSuffix($1) })
        case .format: return try made(format(arguments, at: offset), at: offset)
        case .join: return try made(join(arguments), at: offset)
        case .toJSON: return try made(ActionsJSON.write(try evaluate(arguments[0])), at: offset)
        case .fromJSON: return try fromJSON(try evaluate(arguments[0]).text, at: offset)
        case .hashFiles: return .string(try context.hashFiles(try arguments.map { try evaluate($0).text }))
        case .case: return try choose(arguments, at: offset)
        case .success: return .bool(context.holds(.success))
        case .failure: return .bool(context.holds(.failure))
        case .cancelled: return .bool(context.holds(.cancelled))
        case .always: return .bool(true)
        }
    }

    private mutating func contains(_ arguments: [ExpressionSyntax]) throws -> Bool {
        let left = try evaluate(arguments[0])
        if let items = left.arrayItems {
            let right = try evaluate(arguments[1])
            return items.contains { Operand.equals(right, $0) }
        }
        return try compareTexts(left, arguments[1]) { $0.contains($1) }
    }

    private mutating func compareTexts(
        _ arguments: [ExpressionSyntax], by compare: (OrdinalText, OrdinalText) -> Bool
    ) throws -> Bool {
        try compareTexts(try evaluate(arguments[0]), arguments[1], by: compare)
    }

    private mutating func compareTexts(
        _ left: Operand, _ right: ExpressionSyntax, by compare: (OrdinalText, OrdinalText) -> Bool
    ) throws -> Bool {
        guard left.isPrimitive else { return false }
        let right = try evaluate(right)
        return right.isPrimitive && compare(OrdinalText(left.text), OrdinalText(right.text))
    }

    private mutating func join(_ arguments: [ExpressionSyntax]) throws -> String {
        let items = try evaluate(arguments[0])
        guard let texts = items.arrayItems?.map(\.text) else { return items.isPrimitive ? items.text : "" }
        guard texts.count > 1, arguments.count > 1 else { return texts.joined(separator: ",") }
        let separator = try evaluate(arguments[1])
        return texts.joined(separator: separator.isPrimitive ? separator.text : ",")
    }

    private mutating func format(_ arguments: [ExpressionSyntax], at offset: Int) throws -> String {
        let format = try evaluate(arguments[0]).text
        let segments: [FormatString.Segment]
        do {
            segments = try FormatString.parse(format, argumentCount: arguments.count - 1)
        } catch {
            throw fault(
                at: offset, error.message, hint: "write a brace as `{{` or `}}`, and arguments as `{0}`, `{1}` …")
        }
        var texts: [Int: String] = [:]
        var result = ""
        for segment in segments {
            switch segment {
            case .text(let text): result += text
            case .argument(let number, let specifiers):
                if texts[number] == nil {
                    let operand = try evaluate(arguments[number + 1])
                    texts[number] = operand.text
                    if !specifiers.isEmpty {
                        throw fault(
                            at: offset, "the format specifiers `\(specifiers)` are not valid for a \(operand.typeName)")
                    }
                }
                result += texts[number] ?? ""
            }
            if result.utf8.count > Self.maximumBytes { break }
        }
        return result
    }

    private func fromJSON(_ text: String, at offset: Int) throws -> Operand {
        // toJSON writes these bare, so what it writes can be read again.
        let special: [String: Double] = ["NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity]
        if let number = special[text.trimmingWhitespace] { return .number(number) }
        do {
            return Operand(try Value(json: text, repeatedKey: .replaces))
        } catch {
            throw fault(
                at: offset,
                "fromJSON: the text is not JSON: line \(error.position.line), column \(error.position.column): \(error.message)"
            )
        }
    }

    private mutating func choose(_ arguments: [ExpressionSyntax], at offset: Int) throws -> Operand {
        for index in stride(from: 0, to: arguments.count - 1, by: 2) {
            guard case .bool(let holds) = try evaluate(arguments[index]) else {
                throw fault(at: offset, "a condition of `case` must be a boolean")
            }
            if holds { return try evaluate(arguments[index + 1]) }
        }
        return try arguments.last.map { try evaluate($0) } ?? .null
    }
}
