import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowRecords

struct SearchCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "search", abstract: "Find words in messages of versions, reasons, notes and errors of runs.",
        discussion: """
            What holds all of the words is listed, the best match first. A word may end in * for any ending.

            Example: wfrepo search connection refused
            """)

    @Argument(help: "The words.")
    var words: [String]

    @Option(
        name: .customLong("in"), help: "Only there: version, run or event; repeat for more.",
        completion: .list(SearchHit.Kind.allCases.map(\.rawValue)))
    var kinds: [String] = []

    @Option(name: [.customShort("n", allowingJoined: true), .customLong("limit")], help: "The most hits to list.")
    var limit = 20

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit takes a whole number from 0.") }
        for kind in kinds where SearchHit.Kind(rawValue: kind) == nil {
            throw ValidationError("--in takes \(SearchHit.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func run(in context: CommandContext) throws {
        let index = try context.openIndex(try context.openRepository())
        let hits = try index.search(words, kinds: Set(kinds.compactMap(SearchHit.Kind.init)), limit: limit)
        if form.json { try context.output.writeJSON(.sequence(hits.map(\.summary))) }
        for hit in hits where !form.json {
            let subject = hit.kind == .version ? String(hit.subject.prefix(7)) : hit.subject
            let heading = [hit.kind.rawValue, subject, hit.workflow].compactMap { $0 }.joined(separator: " ")
            context.output.writeLine(
                context.output.styled(visibleLine(heading), .yellow) + context.output.styled("  \(hit.time)", .dim))
            context.output.writeLine("    " + marked(hit.excerpt, on: context.output))
        }
        guard !hits.isEmpty else {
            if !form.json { context.errors.writeLine("Nothing holds all of these words.") }
            throw Ended(status: .negative)
        }
    }

    /// The found words stand out; whatever else the text holds is made visible first.
    private func marked(_ excerpt: String, on output: TextOutput) -> String {
        var text = ""
        var isFound = false
        for part in excerpt.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\u{1}" || $0 == "\u{2}" })
        {
            text += isFound ? output.styled(visibleLine(String(part)), .bold) : visibleLine(String(part))
            isFound.toggle()
        }
        return text
    }
}

extension SearchHit {
    /// What scripts learn of a hit.
    fileprivate var summary: Value {
        [
            "kind": .string(kind.rawValue), "subject": .string(subject), "workflow": Value(workflow),
            "time": .string(time.description),
            "text": .string(excerpt.replacingScalars(["\u{1}": "", "\u{2}": ""])),
        ]
    }
}
