import DocumentTree

/// A change in words, as all renderings for people share them.
struct ChangeDescription {
    let change: Change

    /// What happened, with values that fit on a line: `3 → 5`, `renamed to load-all`. Nil where the value needs lines of
    /// its own.
    var detail: String? {
        switch change.kind {
        case .added: change.new.flatMap(Self.short)
        case .removed: change.old.flatMap(Self.short)
        case .changed, .typeChanged:
            if let old = change.old.flatMap(Self.short), let new = change.new.flatMap(Self.short) {
                "\(old) → \(new)"
            } else {
                nil
            }
        case .moved: moved
        case .renamed: renamed
        }
    }

    /// The lines of the texts: `line 3`, `line 3 → 5`, `lines 3–7 → 5–9`; once where both are the same.
    var place: String {
        var sides = [change.oldRange, change.newRange].compactMap { $0 }.map(Self.lines)
        if sides.count == 2, sides[0] == sides[1] { sides.removeLast() }
        let isPlural = sides.contains { $0.contains("–") }
        return (isPlural ? "lines " : "line ") + sides.joined(separator: " → ")
    }

    private static func lines(_ range: SourceRange) -> String {
        range.start.line == range.end.line ? "\(range.start.line)" : "\(range.start.line)–\(range.end.line)"
    }

    private var moved: String {
        let items = change.count > 1 ? "with the \(change.count - 1) behind it, " : ""
        guard let from = change.oldPath, let to = change.newPath else { return "moved" }
        if case .item(let start, _) = from.elements.last, case .item(let end, _) = to.elements.last,
            from.elements.count == to.elements.count
        {
            return "moved \(items)from place \(start + 1) to \(end + 1)"
        }
        return "moved \(items)from \(from)"
    }

    private var renamed: String {
        let old = change.old?.string ?? ""
        switch change.references.count {
        case 0: return "renamed from \(old)"
        case 1: return "renamed from \(old), 1 reference followed"
        default: return "renamed from \(old), \(change.references.count) references followed"
        }
    }

    /// A value that fits on a line, as YAML.
    private static func short(_ value: Value) -> String? {
        switch value {
        case .mapping(let mapping) where !mapping.isEmpty: return nil
        case .sequence(let items) where items.contains { $0.items != nil || $0.mapping != nil }: return nil
        case .string(let string) where string.utf8.contains(UInt8(ascii: "\n")): return nil
        default:
            let text = YAMLText.inline(value)
            return text.utf8.count <= 100 || value.items == nil ? text : nil
        }
    }
}
