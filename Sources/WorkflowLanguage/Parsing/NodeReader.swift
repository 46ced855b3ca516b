import DocumentTree

/// Reads a definition's nodes, once their shapes were checked: what doesn't fit was reported then, and reads as if it
/// were not there.
struct NodeReader {
    var problems: ProblemList
    let alignment: TextAlignment
    /// The expressions that were met.
    private(set) var uses: [ExpressionUse] = []

    init(problems: ProblemList, bytes: [UInt8]) {
        self.problems = problems
        alignment = TextAlignment(bytes: bytes)
    }

    // MARK: Plain values

    /// The text of a scalar; nil for null.
    func text(_ node: Node?) -> String? {
        guard let scalar = node?.scalar else { return nil }
        if case .null = scalar.value { return nil }
        return scalar.text
    }

    func bool(_ node: Node?, default fallback: Bool) -> Bool { node?.scalar?.value.bool ?? fallback }

    func integer(_ node: Node?) -> Int? { node?.scalar?.value.integer }

    func number(_ node: Node?) -> Double? { node?.scalar?.value.number }

    func choice<Choice: RawRepresentable<String>>(_ node: Node?) -> Choice? {
        text(node).flatMap(Choice.init(rawValue:))
    }

    /// The texts of a list, or of the one scalar that stands in its place.
    func texts(_ node: Node?) -> [String] {
        guard let node else { return [] }
        return node.items?.compactMap(text) ?? text(node).map { [$0] } ?? []
    }

    /// A duration; where `isPositive`, zero is a fault.
    mutating func duration(_ node: Node?, key: String, isPositive: Bool = false) -> Duration? {
        guard let node, let text = text(node), node.scalar.map(TextFormat.duration.accepts) ?? false else { return nil }
        guard let duration = DurationText.parse(integer(node).map(String.init) ?? text) else {
            report(.rule, at: node, "`\(key)` must be a duration of at most 366 days, not `\(text)`")
            return nil
        }
        if isPositive, duration == .zero {
            report(.rule, at: node, "`\(key)` must be longer than nothing")
            return nil
        }
        return duration
    }

    mutating func report(
        _ code: Problem.Code, at node: Node, _ message: String, hint: String? = nil,
        severity: Problem.Severity = .error
    ) {
        problems.report(code, at: node.range.start, message, hint: hint, severity: severity)
    }

    /// Reports a fault in a scalar's text at the place where the text has it.
    mutating func report(_ code: Problem.Code, _ error: ExpressionError, in node: Node, from offset: Int = 0) {
        problems.report(
            code, at: alignment.position(of: offset + error.position.offset, in: node), error.message, hint: error.hint)
    }

    // MARK: Expressions

    mutating func template(_ node: Node?, place: ExpressionUse.Place, allowsBareBraces: Bool = false) -> Template? {
        guard let node, let text = node.scalar.map({ _ in text(node) ?? "" }) else { return nil }
        do {
            let template = try Template.parse(text, allowsBareBraces: allowsBareBraces)
            note(template.expressions, of: node, place)
            return template
        } catch {
            report(.expression, error, in: node)
            return nil
        }
    }

    /// A datum with expressions in its strings.
    mutating func templateValue(_ node: Node, place: ExpressionUse.Place) -> TemplateValue {
        switch node.content {
        case .scalar(let scalar):
            guard case .string(let text) = scalar.value, text.contains("{{"),
                let template = template(node, place: place, allowsBareBraces: true)
            else { return .literal(scalar.value) }
            return .template(template)
        case .sequence(let items):
            return .sequence(items.map { templateValue($0, place: place) })
        case .mapping(let entries):
            return .mapping(entries.map { ($0.key.scalar?.text ?? "", templateValue($0.value, place: place)) })
        case .alias:
            return .literal(.null)
        }
    }

    /// A mapping of names to data with expressions in their strings.
    mutating func templateValues(
        _ node: Node?, place: ExpressionUse.Place
    ) -> [(name: String, value: TemplateValue)] {
        (node?.entries ?? []).compactMap { entry in
            entry.key.scalar.map { ($0.text, templateValue(entry.value, place: place)) }
        }
    }

    mutating func environment(_ node: Node?, place: ExpressionUse.Place) -> [EnvironmentVariable] {
        (node?.entries ?? []).compactMap { entry in
            guard let name = entry.key.scalar?.text, let value = template(entry.value, place: place) else { return nil }
            if name.hasPrefix("WFREPO_") {
                report(
                    .rule, at: entry.key, "variables whose names start with `WFREPO_` belong to wfrepo",
                    hint: "choose another name")
            }
            if value.literal?.utf8.contains(0) ?? false {
                report(.rule, at: entry.value, "a variable can't hold the character NUL")
            }
            return EnvironmentVariable(name: name, value: value)
        }
    }

    /// A step's condition: an expression with or without `${{ }}`.
    mutating func condition(_ node: Node?, place: ExpressionUse.Place) -> Expression? {
        guard let node, let text = text(node) else { return nil }
        do {
            let expression: Expression
            if text.contains("${{") {
                let template = try Template.parse(text.trimmingWhitespace)
                let inset = text.utf8.prefix { $0 == 0x20 || $0 == 0x0A }.count
                let inner = template.expressions.map { expression in
                    var expression = expression
                    expression.offset += inset
                    return expression
                }
                guard template.parts.count == 1, let only = inner.first else {
                    report(
                        .expression, at: node, "`if` must be one expression: text around `${{ }}` is always true",
                        hint: "put the whole condition inside one `${{ }}`")
                    note(inner, of: node, place)
                    return nil
                }
                expression = only
            } else {
                expression = try Expression.parse(text)
            }
            note([expression], of: node, place)
            return expression
        } catch {
            report(.expression, error, in: node)
            return nil
        }
    }

    /// A script, cut at its expressions.
    mutating func script(_ node: Node, shell: String, place: ExpressionUse.Place) -> ShellScript? {
        guard let text = text(node) else { return nil }
        let (script, faults) = ShellScript.parse(text, shell: shell)
        // The names are checked also where the shell would not replace an expression: all problems are told at once.
        let expressions = script?.expressions ?? (try? Template.parse(text))?.expressions
        for fault in faults { report(expressions == nil ? .expression : .quoting, fault, in: node) }
        note(expressions ?? [], of: node, place)
        return script
    }

    private mutating func note(_ expressions: [Expression], of node: Node, _ place: ExpressionUse.Place) {
        uses += expressions.map { ExpressionUse(expression: $0, node: node, place: place) }
    }
}
