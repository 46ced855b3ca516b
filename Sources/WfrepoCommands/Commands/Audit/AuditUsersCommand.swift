import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowRecords

struct AuditUsersCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "users", abstract: "Who did what how often.")

    @Argument(help: "Only people whose name or address holds this text.")
    var name: String?

    @Option(help: "Only from that day or time on.")
    var since: String?

    @Option(help: "Only up to that day or time.")
    var until: String?

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        var query = AuditQuery()
        query.user = name
        query.since = try AuditFilterOptions.start(since, in: context)
        query.before = try AuditFilterOptions.end(until, in: context)
        let directory = try AuditDirectory(context)
        let counts = try directory.counts(query)
        try directory.noteHiddenEvents()
        if form.json {
            try context.output.writeJSON(
                .sequence(
                    counts.map { count in
                        [
                            "name": .string(count.name), "email": .string(count.email), "event": .string(count.kind),
                            "count": .integer(count.count), "last": .string(count.last.description),
                        ]
                    }))
            if counts.isEmpty { throw Ended(status: .negative) }
            return
        }
        var table = Table()
        for count in counts.sorted(by: { ($0.name, $1.count, $0.kind) < ($1.name, $0.count, $1.kind) }) {
            table.add(
                .init("\(count.name) <\(count.email)>"), .init(count.kind), .init("\(count.count)", alignsRight: true),
                .init("\(count.last)", .dim))
        }
        table.write(to: context.output)
        guard !counts.isEmpty else {
            context.errors.writeLine("Nobody of that name is in the audit.")
            throw Ended(status: .negative)
        }
    }
}
