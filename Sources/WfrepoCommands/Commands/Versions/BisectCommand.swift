import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct BisectCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "bisect", abstract: "Find the first version whose runs fail, from recorded results.",
        discussion: """
            A version is good where its latest judged run succeeded, and bad where it failed; cancelled runs judge nothing. The \
            guilty version is the first bad one behind the last good one, with what it changed. Versions in between that never ran \
            are named; --run runs them, by halves, until it is clear. Exit status 1 where it is not clear.

            Example: wfrepo bisect deploy --run
            """)

    @Argument(help: "The workflow.", completion: .workflows)
    var name: String

    @Option(help: ArgumentHelp("Only look from this version on.", valueName: "version"), completion: .versions)
    var good: String?

    @Option(help: ArgumentHelp("Only look up to this version.", valueName: "version"), completion: .versions)
    var bad: String?

    @Flag(help: "Run versions for which there is no evidence.")
    var run = false

    @Option(
        name: [.customShort("i"), .customLong("input")], parsing: .singleValue,
        help: ArgumentHelp("An input for these runs; repeat for more.", valueName: "name=value"))
    var inputs: [String] = []

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let name = try context.workflowName(name)
        var search = try GuiltSearch(name, workflows, try context.openIndex(workflows.repository))
        try search.narrow(from: try number(good), to: try number(bad))
        if run { try fill(&search, in: context) }
        let verdict = search.verdict
        if form.json {
            try context.output.writeJSON(try summary(verdict, search, workflows))
        } else {
            try write(verdict, search, workflows, to: context.output)
        }
        guard case .guilty(_, _, let unknown) = verdict, unknown.isEmpty else { throw Ended(status: .negative) }
    }

    private func number(_ text: String?) throws(CommandFailure) -> Int? {
        guard let text else { return nil }
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        guard let number = Int(digits), number > 0 else {
            throw CommandFailure("'\(text)' is no version", hint: "write v7", status: .usage)
        }
        return number
    }

    /// Runs versions without evidence until the first bad one is next to the last good one.
    private func fill(_ search: inout GuiltSearch, in context: CommandContext) throws {
        let session = try RunSession(context)
        var given: [(name: String, text: String)] = []
        for input in inputs {
            let parts = input.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure("--input \(input): not of the form NAME=VALUE", status: .usage)
            }
            given.append((parts[0], parts[1]))
        }
        while let candidate = search.next {
            let revision = RevisionSpec(name: candidate.name, selector: .commit(candidate.commit.description))
            let request = try session.request(
                try session.workflows.resolve(revision), inputs: given,
                trigger: RunTrigger(event: "manual", source: "wfrepo bisect"))
            let run = try session.engine.submit(request, drivenHere: true)
            context.errors.writeLine("running \(candidate.name) \(candidate.label), run \(run)")
            context.errors.flush()
            let record = try session.drive(run) { _ in }
            guard search.judge(candidate, by: record.status) else {
                throw CommandFailure(
                    "run \(run) of \(candidate.label) ended as \(record.status.rawValue), which judges nothing",
                    hint: "look at it: wfrepo runs show \(run)")
            }
        }
    }

    private func write(
        _ verdict: GuiltSearch.Verdict, _ search: GuiltSearch, _ workflows: WorkflowRepository, to output: TextOutput
    ) throws {
        switch verdict {
        case .noRuns: output.writeLine("No version of \(search.name) has a run that succeeded or failed.")
        case .allGood(let last): output.writeLine("\(search.name) \(last.label) is good; nothing bad lies behind it.")
        case .allBad(let first):
            output.writeLine("\(search.name) \(first.label) is bad, and no version before it is known to be good.")
        case .guilty(let good, let bad, let unknown):
            output.writeLine(
                "\(search.name) \(output.styled(bad.label, .bold, .red)) is the first that is known to fail; "
                    + "\(good.label) is the last that succeeded before it.")
            guard unknown.isEmpty else {
                output.writeLine(
                    "There is no evidence on \(unknown.map(\.label).joined(separator: ", ")); "
                        + "run them: wfrepo bisect \(search.name) --run")
                return
            }
            output.writeLine()
            try LogWriter(workflows: workflows, showsPatch: true)
                .write(ListedVersion(entry: workflows.entry(bad)), to: output)
        }
    }

    private func summary(
        _ verdict: GuiltSearch.Verdict, _ search: GuiltSearch, _ workflows: WorkflowRepository
    ) throws -> Value {
        var summary: Value = [
            "workflow": .string(search.name.description), "verdict": .string(verdict.word), "good": .null, "bad": .null,
            "unknown": .sequence([]),
            "evidence": .sequence(
                search.versions.map { version in
                    [
                        "version": .string(version.label), "commit": .string(version.commit.description),
                        "good": search.isGood(version).map { .bool($0) } ?? .null,
                    ]
                }),
        ]
        if case .guilty(let good, let bad, let unknown) = verdict {
            summary["good"] = .string(good.label)
            summary["bad"] = try ListedVersion(entry: workflows.entry(bad)).summary
            summary["unknown"] = .sequence(unknown.map { .string($0.label) })
        }
        return summary
    }
}
