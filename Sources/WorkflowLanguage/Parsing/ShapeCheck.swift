import DocumentTree

/// Checks a tree against its shape and reports everything that doesn't fit.
struct ShapeCheck {
    var problems: ProblemList
    let kinds: KindCatalog

    /// What a node is called in messages; written only where there is something to say.
    indirect enum Subject: CustomStringConvertible {
        case named(String)
        case key(String)
        case item(of: Subject)

        var description: String {
            switch self {
            case .named(let name): name
            case .key(let name): "`\(name)`"
            case .item(let list): "an item of \(list)"
            }
        }
    }

    /// Checks a node.
    mutating func check(_ node: Node, against shape: Shape, subject: Subject) {
        switch shape {
        case .anything: break
        case .templated(let inner):
            if let text = node.scalar?.value.string, text.contains("{{") { return }
            check(node, against: inner, subject: subject)
        case .either(let shapes):
            if let inner = shapes.first(where: { $0.kinds.contains(node.kind) }) {
                check(node, against: inner, subject: subject)
            } else {
                mismatch(node, shape, subject)
            }
        default:
            guard shape.kinds.contains(node.kind) else { return mismatch(node, shape, subject) }
            switch node.content {
            case .scalar(let scalar): check(scalar, of: node, against: shape, subject: subject)
            case .sequence(let items): check(items, of: node, against: shape, subject: subject)
            case .mapping(let entries): check(entries, of: node, against: shape, subject: subject)
            case .alias: break
            }
        }
    }

    private mutating func check(_ scalar: Scalar, of node: Node, against shape: Shape, subject: Subject) {
        let fits =
            switch shape {
            case .formatted(let format): format.accepts(scalar)
            case .boolean: scalar.value.bool != nil
            case .integer(let range): scalar.value.integer.map(range.contains) ?? false
            case .number(let range): scalar.value.number.map(range.contains) ?? false
            case .choice(let words): scalar.value.string.map(words.contains) ?? false
            default: true
            }
        if fits { return }
        var hint: String?
        if case .choice(let words) = shape { hint = NearestName.hint(for: scalar.text, among: words) }
        if Self.fitsWithoutQuotes(scalar, shape) { hint = "it is a text as it is written: take the quotes away" }
        problems.report(
            .value, at: node.range.start, "\(subject) must be \(shape.summary), not `\(scalar.text.clipped)`",
            hint: hint)
    }

    /// Whether a text in quotes would be what the shape asks for without them.
    private static func fitsWithoutQuotes(_ scalar: Scalar, _ shape: Shape) -> Bool {
        guard scalar.style == .singleQuoted || scalar.style == .doubleQuoted else { return false }
        return switch shape {
        case .boolean: scalar.text == "true" || scalar.text == "false"
        case .integer(let range): Int(scalar.text).map(range.contains) ?? false
        case .number(let range): Double(scalar.text).map(range.contains) ?? false
        default: false
        }
    }

    private mutating func check(_ items: [Node], of node: Node, against shape: Shape, subject: Subject) {
        guard case .list(let itemShape, let least, let most, let isUnique) = shape else { return }
        if items.count < least {
            problems.report(
                .value, at: node.range.start, "\(subject) must have at least \(least) item\(least == 1 ? "" : "s")")
        }
        if let most, items.count > most {
            problems.report(.value, at: node.range.start, "\(subject) must have at most \(most) items")
        }
        var seen: Set<Value> = []
        let one = Subject.item(of: subject)
        for item in items {
            check(item, against: itemShape, subject: one)
            if isUnique, let scalar = item.scalar, !seen.insert(scalar.value).inserted {
                problems.report(.value, at: item.range.start, "`\(scalar.text.clipped)` is twice in \(subject)")
            }
        }
    }

    private mutating func check(_ entries: [Node.Entry], of node: Node, against shape: Shape, subject: Subject) {
        switch shape {
        case .mapping(let table): check(entries, of: node, against: table)
        case .dictionary(let format, let values):
            for entry in entries {
                guard let key = entry.key.scalar else {
                    problems.report(.value, at: entry.key.range.start, "a key of \(subject) must be a text")
                    continue
                }
                if !format.accepts(key.text) {
                    problems.report(
                        .value, at: entry.key.range.start,
                        "a key of \(subject) must be \(format.summary), not `\(key.text.clipped)`")
                }
                check(entry.value, against: values, subject: .key(key.text.clipped))
            }
        default: break
        }
    }

    private mutating func check(_ entries: [Node.Entry], of node: Node, against table: KeyTable) {
        for entry in entries {
            guard let name = entry.key.scalar?.text, entry.key.scalar != nil else {
                problems.report(.unknownKey, at: entry.key.range.start, "a key of \(table.name) must be a text")
                continue
            }
            guard let shape = table.shape(of: name) else {
                reportUnknown(name, at: entry.key.range.start, in: table)
                continue
            }
            if name != table.variant?.key { check(entry.value, against: shape, subject: .key(name)) }
        }
        for key in table.required where node[key] == nil {
            problems.report(.missingKey, at: node.range.start, "\(table.name) needs the key `\(key)`")
        }
        checkCompanions(node, table)
        if let variant = table.variant { check(variant, of: node, in: table) }
    }

    private mutating func reportUnknown(_ name: String, at position: SourcePosition, in table: KeyTable) {
        if table.planned.contains(name) {
            problems.report(
                .notBuilt, at: position, "the key `\(name)` is not built yet",
                hint: "remove it until this version knows it")
            return
        }
        let known = table.keys.map(\.name)
        let hint =
            table.foreign[name] ?? NearestName.hint(for: name, among: known)
            ?? (known.isEmpty ? nil : "the keys are \(known.joined(separator: ", "))")
        problems.report(.unknownKey, at: position, "\(table.name) has no key `\(name.clipped)`", hint: hint)
    }

    private mutating func checkCompanions(_ node: Node, _ table: KeyTable) {
        let entries = node.entries ?? []
        if !table.exactlyOne.isEmpty {
            let present = entries.filter { table.exactlyOne.contains($0.key.scalar?.text ?? "") }
            if present.isEmpty {
                problems.report(
                    .missingKey, at: node.range.start, "\(table.name) needs \(Self.list(table.exactlyOne, "or"))")
            } else if present.count > 1 {
                problems.report(
                    .missingKey, at: present[1].key.range.start,
                    "\(table.name) may have only one of \(Self.list(table.exactlyOne, "and"))")
            }
        }
        if !table.atMostOne.isEmpty {
            let rivals = entries.filter { table.atMostOne.contains($0.key.scalar?.text ?? "") }
            if rivals.count > 1 {
                problems.report(
                    .missingKey, at: rivals[1].key.range.start,
                    "\(table.name) may have only one of \(Self.list(table.atMostOne, "and"))")
            }
        }
        if table.companions.isEmpty { return }
        for entry in entries {
            guard let name = entry.key.scalar?.text, let companion = table.companions[name], node[companion] == nil
            else {
                continue
            }
            problems.report(
                .missingKey, at: entry.key.range.start, "`\(name)` makes sense only beside `\(companion)`")
        }
    }

    private static func list(_ names: [String], _ conjunction: String) -> String {
        names.map { "`\($0)`" }.joined(separator: " \(conjunction) ")
    }

    /// Checks `with` against the parameters of the kind that `uses` names.
    private mutating func check(_ variant: KeyTable.Variant, of node: Node, in table: KeyTable) {
        let parameters = node[variant.key]
        guard let selector = node[variant.selector], let scalar = selector.scalar else {
            if let parameters, let shape = table.shape(of: variant.key) {
                check(parameters, against: shape, subject: .key(variant.key))
            }
            return
        }
        guard let inner = variant.table(scalar.text) else {
            guard let own = KindName(scalar.text).own, kinds.allows(own: own) else {
                return reportUnknownKind(scalar.text, at: selector.range.start)
            }
            // What its parameters must be stands in another file (``CallCheck``).
            if let parameters, let shape = table.shape(of: variant.key) {
                check(parameters, against: shape, subject: .key(variant.key))
            }
            return
        }
        if let parameters {
            check(parameters, against: .mapping(inner), subject: .key(variant.key))
        } else if let name = inner.required.first, let required = inner[name] {
            problems.report(
                .missingKey, at: selector.range.start,
                "`\(scalar.text)` needs `\(variant.key): {\(name): …}`", hint: required.meaning)
        } else if !inner.exactlyOne.isEmpty {
            let names = inner.exactlyOne.map { "`\(variant.key): {\($0): …}`" }
            problems.report(
                .missingKey, at: selector.range.start, "`\(scalar.text)` needs \(names.joined(separator: " or "))")
        }
    }

    private mutating func reportUnknownKind(_ name: String, at position: SourcePosition) {
        let known = kinds.kinds.map(\.name.description)
        if kinds.forbidden.contains(name) || KindName(name).own != nil {
            problems.report(
                .forbidden, at: position, "the kind `\(name.clipped)` is not allowed here",
                hint: "`kinds` in \(Settings.path) says which are")
        } else if name.hasPrefix(".") {
            problems.report(
                .unknownKind, at: position, "`\(name.clipped)` is no kind of the repository's own",
                hint: "they are written `./kinds/NAME`, and NAME is made of letters, digits, `-`, `_` and `.`")
        } else if kinds.planned.contains(name) {
            problems.report(
                .notBuilt, at: position, "the kind `\(name.clipped)` is not built yet",
                hint: "this version has \(known.joined(separator: ", ")), and `run:`")
        } else {
            problems.report(
                .unknownKind, at: position, "there is no kind `\(name.clipped)`",
                hint: NearestName.hint(for: name, among: known + kinds.planned)
                    ?? "this version has \(known.joined(separator: ", ")), and `run:`")
        }
    }

    private mutating func mismatch(_ node: Node, _ shape: Shape, _ subject: Subject) {
        let found =
            switch node.kind {
            case .scalar: "`\(node.scalar?.text.clipped ?? "")`"
            case .list: "a list"
            case .mapping: "a mapping"
            default: "nothing"
            }
        var hint: String?
        if case .mapping(let table) = shape, table.exactlyOne.contains("run"), node.kind == .scalar {
            hint = "write `run: \(node.scalar?.text.clipped ?? "…")`"
        }
        problems.report(
            .value, at: node.range.start, "\(subject) must be \(shape.summary), not \(found)", hint: hint)
    }
}

extension Node {
    /// What the node is to a shape.
    var kind: NodeKinds {
        switch content {
        case .scalar(let scalar): if case .null = scalar.value { .null } else { .scalar }
        case .sequence: .list
        case .mapping: .mapping
        case .alias: .null
        }
    }
}

extension Value {
    /// The number as a double, where this is a number.
    var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .double(let double): double
        case .bigInteger(let digits): Double(digits)
        default: nil
        }
    }
}

extension String {
    /// The text, cut where it is long or breaks the line, for messages.
    var clipped: String {
        // A text of few bytes has few characters: most need no look at where characters begin.
        if utf8.count <= 60, !utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) { return self }
        let first = prefix { !$0.isNewline }
        return first.count > 60 || first.count < count ? "\(first.prefix(60))…" : self
    }
}
