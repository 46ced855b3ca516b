import DocumentTree

/// Puts what a template says differently into the text of the workflow that it extends, line by line: every other byte stays.
///
/// - A key of the overlay stands in the place of the workflow's; in `inputs`, `env`, `defaults` and `on` that holds for each of their keys.
/// - A step of the overlay stands in the place of the workflow's step of the same id; one with another id goes to the end.
/// - `blocks: {NAME: [steps]}` fills the lines between `# block: NAME` and `# end block` of the workflow.
struct WorkflowOverlay {
    let template: String

    private static let merged: Set<String> = ["inputs", "env", "defaults", "on"]

    func applied(_ overlay: [UInt8], to base: [UInt8]) throws(TemplateError) -> [UInt8] {
        var text = Lines(base)
        let source = Lines(overlay)
        guard let changes = try root(overlay, "workflow.yaml")?.entries else { return base }
        for change in changes {
            guard let key = change.key.scalar?.text else { throw fault("workflow.yaml: a key is not a text") }
            switch key {
            case "blocks": try fillBlocks(change.value, source, &text)
            case "steps": try replaceSteps(change.value, source, &text)
            case _ where Self.merged.contains(key): try mergeKeys(of: key, change, source, &text)
            default: try put(change, source, into: nil, &text)
            }
        }
        return text.bytes
    }

    // MARK: Keys

    /// Puts an entry in the place of the one of its key, or before `steps`, or to the end of the mapping below `parent`.
    private func put(
        _ change: Node.Entry, _ source: Lines, into parent: String?, _ text: inout Lines
    ) throws(TemplateError) {
        let whole = try root(text.bytes, "the workflow that it extends")
        guard let mapping = parent.map({ whole?[$0] }) ?? whole, let entries = mapping.entries, !mapping.isFlow else {
            throw fault("'\(parent ?? "the workflow")' is written in braces where it is extended: write it in lines")
        }
        let indent = (entries.first?.key.range.start.column ?? 1) - 1
        let new = source.lines(source.extent(of: change.key.range.start, change.value), indentedBy: indent)
        let key = change.key.scalar?.text
        if let old = entries.first(where: { $0.key.scalar?.text == key }) {
            text.replace(text.extent(of: old.key.range.start, old.value), by: new)
        } else if parent == nil, let steps = entries.first(where: { $0.key.scalar?.text == "steps" }) {
            let line = steps.key.range.start.line - 1
            text.replace(line..<line, by: new)
        } else if let last = entries.last {
            let end = text.extent(of: last.key.range.start, last.value).upperBound
            text.replace(end..<end, by: new)
        }
    }

    private func mergeKeys(
        of key: String, _ change: Node.Entry, _ source: Lines, _ text: inout Lines
    ) throws(TemplateError) {
        let old = try root(text.bytes, "the workflow that it extends")?[key]
        guard old?.entries?.isEmpty == false, let entries = change.value.entries, !change.value.isFlow else {
            return try put(change, source, into: nil, &text)
        }
        for entry in entries { try put(entry, source, into: key, &text) }
    }

    // MARK: Steps

    private func replaceSteps(_ steps: Node, _ source: Lines, _ text: inout Lines) throws(TemplateError) {
        guard let items = steps.items, !steps.isFlow else { throw fault("workflow.yaml: steps is no list in lines") }
        for item in items {
            guard let list = try root(text.bytes, "the workflow that it extends")?["steps"], let old = list.items,
                let first = old.first, !list.isFlow
            else { throw fault("the workflow that it extends has no steps in lines") }
            // The dash stands two columns before what it introduces, or more.
            let indent = text.indent(ofLine: first.range.start.line - 1)
            let new = source.lines(source.extent(of: item.range.start, item), indentedBy: indent)
            let id = item["id"]?.scalar?.text
            if let id, let match = old.first(where: { $0["id"]?.scalar?.text == id }) {
                text.replace(text.extent(of: match.range.start, match), by: new)
            } else if let last = old.last {
                let end = text.extent(of: last.range.start, last).upperBound
                text.replace(end..<end, by: new)
            }
        }
    }

    private func fillBlocks(_ blocks: Node, _ source: Lines, _ text: inout Lines) throws(TemplateError) {
        for block in blocks.entries ?? [] {
            let name = block.key.scalar?.text ?? ""
            guard let place = text.block(named: name) else {
                throw fault(
                    "workflow.yaml: there is no block '\(name)' in what it extends",
                    hint: "blocks stand between lines '# block: NAME' and '# end block'")
            }
            guard let items = block.value.items, !block.value.isFlow || items.isEmpty else {
                throw fault("workflow.yaml: the block '\(name)' is no list in lines")
            }
            let new = items.flatMap { item in
                source.lines(
                    source.extent(of: item.range.start, item), indentedBy: text.indent(ofLine: place.lowerBound))
            }
            text.replace((place.lowerBound + 1)..<place.upperBound, by: new)
        }
    }

    private func root(_ bytes: [UInt8], _ name: String) throws(TemplateError) -> Node? {
        do {
            return try Document.parseOne(bytes, name: "\(template)/\(name)").root
        } catch {
            throw TemplateError(error.description)
        }
    }

    private func fault(_ message: String, hint: String? = nil) -> TemplateError {
        TemplateError(
            "template \(template): \(message)", hint: hint ?? "docs/templates.md says how templates extend others.")
    }
}

/// A text as lines, each with its line break.
private struct Lines {
    private var lines: [[UInt8]]

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) + [0x0A] }
        if lines.last == [0x0A] { lines.removeLast() }
    }

    var bytes: [UInt8] { Array(lines.joined()) }

    /// The lines, from 0, of a node that begins in a line; empty lines and comments behind it belong to what follows.
    func extent(of start: SourcePosition, _ node: Node) -> Range<Int> {
        let first = start.line - 1
        var end = min(max(node.range.end.line, start.line), lines.count)
        // The end of a node in lines may stand at the beginning of the line behind it.
        if node.range.end.line > start.line, node.range.end.column == 1 {
            end = min(node.range.end.line - 1, lines.count)
        }
        while end > first + 1, isSilent(end - 1) { end -= 1 }
        return first..<max(end, first + 1)
    }

    private func isSilent(_ line: Int) -> Bool {
        let text = lines[line].drop { $0 <= 0x20 }
        return text.isEmpty || text.first == UInt8(ascii: "#")
    }

    func indent(ofLine line: Int) -> Int {
        lines.indices.contains(line) ? lines[line].prefix { $0 == 0x20 }.count : 0
    }

    /// Lines, moved so that the first one begins in that column (from 0).
    func lines(_ range: Range<Int>, indentedBy indent: Int) -> [[UInt8]] {
        let own = self.indent(ofLine: range.lowerBound)
        return lines[range].map { line in
            guard line.contains(where: { $0 > 0x20 }) else { return line }
            if indent >= own { return [UInt8](repeating: 0x20, count: indent - own) + line }
            return Array(line.dropFirst(min(own - indent, line.prefix { $0 == 0x20 }.count)))
        }
    }

    mutating func replace(_ range: Range<Int>, by new: [[UInt8]]) {
        if range.lowerBound > 0, lines[range.lowerBound - 1].last != 0x0A { lines[range.lowerBound - 1].append(0x0A) }
        lines.replaceSubrange(range, with: new)
    }

    /// From the line that opens a block to the one that closes it.
    func block(named name: String) -> Range<Int>? {
        func comment(_ line: [UInt8]) -> String? {
            let text = String(decoding: line, as: UTF8.self).split(separator: " ").joined(separator: " ")
            return text.hasPrefix("#") ? String(text.filter { $0 != "\n" }) : nil
        }
        guard let start = lines.firstIndex(where: { comment($0) == "# block: \(name)" }),
            let end = lines[start...].firstIndex(where: { comment($0) == "# end block" })
        else { return nil }
        return start..<end
    }
}
