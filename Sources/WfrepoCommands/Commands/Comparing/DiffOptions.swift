import ArgumentParser
import DocumentTree
import StructuralDiff

/// The form in which differences are shown.
struct DiffOptions: ParsableArguments {
    /// The forms.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case sideBySide = "side-by-side"
        case json
        case jsonPatch = "json-patch"
        case markdown
        case html
        case mermaid
    }

    @Option(
        help: """
            text, side-by-side, json (docs/diff.schema.json), json-patch (RFC 6902: turns the first into the second), \
            markdown, html (one file) or mermaid (a graph of the steps).
            """)
    var format = Format.text

    @Flag(help: "The same as --format json.")
    var json = false

    @Flag(help: "Count the changes of each part.")
    var stat = false

    @Flag(help: "Name the parts that changed; of several workflows, with the name of each in front.")
    var nameOnly = false

    @Flag(help: "Exit with 1 where there are differences, with 0 where there are none.")
    var exitCode = false

    @Flag(name: .shortAndLong, help: "Print nothing; implies --exit-code.")
    var quiet = false

    /// Whether a person reads it, in a pager.
    var isForPeople: Bool { !quiet && !json && (format == .text || format == .sideBySide) }

    mutating func validate() throws {
        if json { format = .json }
        if quiet { exitCode = true }
    }

    /// Writes the differences of every pair.
    func write(_ comparisons: [DefinitionComparison], to context: CommandContext) throws {
        guard !quiet else { return }
        let output = context.output
        switch format {
        case .json where comparisons.count == 1: try output.writeDocument(comparisons[0].value())
        case .json: try output.writeDocument(.sequence(comparisons.map { $0.value() }))
        case .jsonPatch: try writePatches(comparisons, to: output)
        case .text:
            let isOne = comparisons.count == 1
            for comparison in comparisons { output.write(text(of: comparison, isOne, isColored: output.isColored)) }
        case .sideBySide:
            for comparison in comparisons {
                output.write(comparison.sideBySide(width: context.terminal.columns, isColored: output.isColored))
            }
        case .markdown: output.write(comparisons.map { $0.markdown() }.joined(separator: "\n"))
        case .html: output.write(try only(comparisons)?.html() ?? "")
        case .mermaid: output.write(try only(comparisons)?.mermaid() ?? "")
        }
    }

    /// The one comparison of a form that is a whole document.
    private func only(_ comparisons: [DefinitionComparison]) throws(CommandFailure) -> DefinitionComparison? {
        guard comparisons.count < 2 else {
            let names = comparisons.map(\.changes.newName).joined(separator: ", ")
            throw CommandFailure(
                "\(format.rawValue) shows one workflow, and \(comparisons.count) differ: \(names)",
                hint: "name one: wfrepo diff NAME --format \(format.rawValue)", status: .usage)
        }
        return comparisons.first
    }

    /// - Parameter isOne: whether nothing else is compared.
    private func text(of comparison: DefinitionComparison, _ isOne: Bool, isColored: Bool) -> String {
        let changes = comparison.changes
        guard !comparison.isEmpty else { return "" }
        if stat {
            let name = PrintableText.escape("\(changes.newName)\n", keepsLines: true)
            return name + comparison.moveLine + changes.stat(isColored: isColored)
        }
        if nameOnly {
            let front = isOne ? "" : changes.newName + ": "
            let isMoveAlone = changes.isEmpty && !comparison.moveLine.isEmpty
            return isMoveAlone ? visibleLine("\(front)\(DocumentPath([]))") + "\n" : changes.nameOnly(inFront: front)
        }
        return comparison.text(isColored: isColored)
    }

    /// One patch where one pair is compared; else an object of patches by name, which no tool would take for a patch.
    private func writePatches(_ comparisons: [DefinitionComparison], to output: TextOutput) throws {
        guard comparisons.count > 1 else {
            return try output.writeDocument(comparisons.first?.document.patch.value ?? .sequence([]))
        }
        try output.writeDocument(
            .mapping(ValueMapping(comparisons.map { ($0.changes.newName, $0.document.patch.value) })))
    }
}
