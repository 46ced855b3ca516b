import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage

struct CommitCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "commit", abstract: "Save changed workflows as a commit.",
        discussion: """
            Without names, every changed workflow is saved. The commit holds these files only: whatever else is staged or \
            edited stays as it is. Definitions are checked, credentials in clear text are refused, and git's hooks run. \
            Without -m, the subject is made from what changed.
            """)

    @Argument(help: "The workflows to save; their files' paths are understood, too.", completion: .workflows)
    var names: [String] = []

    @OptionGroup var message: MessageOptions

    @Option(
        name: [.customShort("F"), .customLong("file")], help: "Read the message from a file; - is standard input.",
        completion: .file())
    var messageFile: String?

    @Flag(name: .shortAndLong, help: "Edit the message before it is saved.")
    var edit = false

    @Flag(name: .shortAndLong, help: "Save every changed workflow, also those that are new.")
    var all = false

    @Flag(name: [.customShort("n"), .customLong("no-verify")], help: "Do not run the pre-commit and commit-msg hooks.")
    var noVerify = false

    @Flag(help: "Save although something looks like a credential in clear text.")
    var allowSecret = false

    @Option(help: ArgumentHelp("Save only if the branch is still at this commit.", valueName: "commit"))
    var expect: String?

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if all, !names.isEmpty { throw ValidationError("--all and names exclude each other.") }
        if messageFile != nil, message.text != nil { throw ValidationError("-m and -F exclude each other.") }
    }

    func run(in context: CommandContext) throws {
        let workflows = try context.openWorkflows()
        let request = CommitRequest(
            try selection(in: context), message: try text(in: context),
            expectedTip: try expectedTip(workflows.repository),
            allowsSecrets: allowSecret, suggestSubject: SubjectLine.describing,
            editMessage: edit
                ? { try context.edit($0, configured: try workflows.repository.configuration.string("core.editor")) }
                : nil)
        do {
            let saved = try context.audited("wfrepo commit", of: selectedNames(in: context), in: workflows) {
                try workflows.commit(
                    request, context: try context.saveContext(workflows.repository, runsCheckingHooks: !noVerify))
            }
            try tell(saved, in: context, workflows)
        } catch let error as HistoryError where error.code == .nothingToDo {
            guard !form.json else { return try context.output.writeJSON(Self.nothing) }
            context.output.writeLine("Nothing to save: \(visible(error.reason))")
            for problem in error.problems { context.output.note(problem.description) }
        }
    }

    /// What scripts learn where nothing differs.
    private static let nothing: Value = [
        "commit": .null, "branch": .null, "subject": .null, "parent": .null, "paths": [],
    ]

    private func tell(_ saved: SavedCommit, in context: CommandContext, _ workflows: WorkflowRepository) throws {
        try context.report(saved, as: form)
        guard !form.json else { return }
        context.warnOfDormantTriggers(
            saved.changes.compactMap { change in
                change.workflow.flatMap { name in change.new.map { (name, $0.bytes) } }
            })
    }

    private func selectedNames(in context: CommandContext) -> [WorkflowName] {
        names.compactMap { try? context.workflowName($0) }
    }

    private func selection(in context: CommandContext) throws -> CommitRequest.Selection {
        guard !names.isEmpty else { return .allChanged }
        var selected: [WorkflowName] = []
        var paths: [String] = []
        for name in names {
            if name == WorkflowRepository.settingsPath || name.hasPrefix(WorkflowName.kindFolder + "/") {
                paths.append(name)
            } else {
                selected.append(try context.workflowName(name))
            }
        }
        return .only(selected, paths: paths)
    }

    private func text(in context: CommandContext) throws -> String? {
        if let messageFile { return String(decoding: try context.readFile(messageFile), as: UTF8.self) }
        return message.text
    }

    private func expectedTip(_ repository: Repository) throws -> ExpectedTip {
        guard let expect else { return .detect }
        return .exactly(try repository.commit(named: expect))
    }
}
