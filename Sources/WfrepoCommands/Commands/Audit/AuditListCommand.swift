import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowLanguage
import WorkflowRecords

struct AuditListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "list",
        abstract: "List what happened, newest first: this clone's events and those fetched from others.",
        discussion: """
            Events that wait to be put into git are listed, too, and marked with *.

            Example: wfrepo audit list --workflow deploy --event run. --since '3 days ago'
            """)

    @OptionGroup var filter: AuditFilterOptions

    @Option(name: [.customShort("n", allowingJoined: true), .customLong("limit")], help: "The most events to list.")
    var limit = 50

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit takes a whole number from 0.") }
    }

    func run(in context: CommandContext) throws {
        try Library.readWithoutHashing()
        let directory = try AuditDirectory(context)
        let query = try filter.query(limit: limit, in: context)
        func refuseUnknown() throws {
            if let workflow = query.workflow { try context.refuseUnknown(workflow, in: directory.index) }
        }
        if form.json {
            try directory.noteHiddenEvents()
            return try context.output.writeJSONList(ifEmpty: refuseUnknown) { write in
                try directory.forEachEvent(query) { try write($0.summary()) }
            }
        }
        let events = try directory.listed(query)
        if events.isEmpty { try refuseUnknown() }
        try directory.noteHiddenEvents()
        var table = Table()
        for event in events {
            table.add(
                .init(event.id.description, .yellow), .init("\(event.time)", .dim),
                .init(event.kind.rawValue + (event.isWaiting ? " *" : "")),
                .init(event.subject), .init(event.actor), .init(event.source, .dim), .init(event.remark))
        }
        let pager = try context.openRepository().configuration.string("core.pager")
        context.paged(configured: pager) { context in table.write(to: context.output) }
        if events.isEmpty { context.errors.writeLine("No such event.") }
    }
}

extension ListedEvent {
    /// What it happened to, in short: `deploy v7`.
    fileprivate var subject: String { shortSubject(workflow, version) }
}

extension AuditEvent {
    /// What it happened to, in short: `deploy v7`.
    var subject: String { shortSubject(workflow, version) }
}

private func shortSubject(_ workflow: WorkflowName?, _ version: Int?) -> String {
    [workflow?.description, version.map { "v\($0)" }].compactMap { $0 }.joined(separator: " ")
}
