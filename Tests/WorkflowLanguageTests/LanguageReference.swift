import WorkflowLanguage

/// The reference of keys in `docs/language.md`, from the tables that the parser checks with.
struct LanguageReference {
    private var sections: [String] = []
    private var seen: Set<String> = []

    /// The reference in Markdown.
    static func markdown() -> String {
        var reference = LanguageReference()
        reference.add(WorkflowShapes().workflow)
        reference.addKinds(.standard)
        reference.add(Settings.keys)
        return reference.sections.joined(separator: "\n\n") + "\n"
    }

    private mutating func add(_ table: KeyTable) {
        guard seen.insert(table.name).inserted else { return }
        var lines = ["### \(heading(table.name))", ""]
        if table.keys.isEmpty {
            lines.append("No keys.")
        } else {
            lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
            lines += table.keys.map { key in
                let value = key.shape.summary.replacing("|", with: "\\|")
                let name = key.isRequired ? "`\(key.name)` (required)" : "`\(key.name)`"
                return "| \(name) | \(value) | \(key.defaultText.map { "`\($0)`" } ?? "") | \(key.meaning) |"
            }
        }
        if !table.exactlyOne.isEmpty {
            lines += [
                "", "Exactly one of \(table.exactlyOne.map { "`\($0)`" }.joined(separator: " and ")) must be there.",
            ]
        }
        if !table.atMostOne.isEmpty {
            lines += [
                "", "At most one of \(table.atMostOne.map { "`\($0)`" }.joined(separator: " and ")) may be there.",
            ]
        }
        for companion in Set(table.companions.values).sorted() {
            let names = table.companions.filter { $0.value == companion }.keys.sorted().map { "`\($0)`" }
            lines += ["", "\(names.joined(separator: ", ")): only beside `\(companion)`."]
        }
        if !table.planned.isEmpty {
            lines += ["", "Refused until they are built: \(table.planned.map { "`\($0)`" }.joined(separator: ", "))."]
        }
        sections.append(lines.joined(separator: "\n"))
        for key in table.keys { add(key.shape) }
    }

    private mutating func add(_ shape: Shape) {
        switch shape {
        case .mapping(let table): add(table)
        case .list(let item, _, _, _): add(item)
        case .dictionary(_, let values): add(values)
        case .either(let shapes): for shape in shapes { add(shape) }
        case .templated(let shape): add(shape)
        default: break
        }
    }

    private mutating func addKinds(_ catalog: KindCatalog) {
        for kind in catalog.kinds {
            let place = sections.count
            add(kind.parameters)
            let parts = sections[place].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            sections[place] = "\(parts[0])\n\n\(kind.meaning)\n\(parts.count > 1 ? String(parts[1]) : "")"
        }
        let planned = catalog.planned.map { "`\($0)`" }
        guard !planned.isEmpty else { return }
        sections.append("Kinds that are refused until they are built: \(planned.joined(separator: ", ")).")
    }

    private func heading(_ name: String) -> String {
        let first = name.prefix(1).uppercased()
        return first + name.dropFirst()
    }
}
