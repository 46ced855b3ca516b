import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowHistory
import WorkflowRecords

/// Which audit events a command is about.
struct AuditFilterOptions: ParsableArguments {
    @Option(help: "Only events of this workflow.", completion: .workflows)
    var workflow: String?

    @Option(help: "Only events of people whose name or address holds this text.")
    var user: String?

    @Option(help: "Only events of this kind (workflow.changed, run.finished …; 'run.' for all that begin so); repeat.")
    var event: [String] = []

    @Option(help: "Only events of this run.", completion: .runs)
    var run: String?

    @Option(help: "Only events from that day or time on.")
    var since: String?

    @Option(help: "Only events up to that day or time.")
    var until: String?

    func validate() throws {
        for text in event where Self.kinds(text).isEmpty {
            let nearest = NearestName.nearest(to: text, among: AuditEventKind.allCases.map(\.rawValue))
            throw ValidationError(
                "--event: there is no event '\(text)'." + (nearest.map { " Did you mean '\($0)'?" } ?? ""))
        }
    }

    private static func kinds(_ text: String) -> [AuditEventKind] {
        AuditEventKind.allCases.filter { $0.rawValue == text || (text.hasSuffix(".") && $0.rawValue.hasPrefix(text)) }
    }

    func query(limit: Int, in context: CommandContext) throws -> AuditQuery {
        var query = AuditQuery(limit: limit)
        query.workflow = try workflow.map(context.workflowName)
        query.user = user
        query.kinds = Set(event.flatMap(Self.kinds))
        query.run = try run.map { text in
            if let run = RunID(text) { return run }
            return try RunDirectory(session: RunSession(context)).run(text)
        }
        query.since = try Self.start(since, in: context)
        query.before = try Self.end(until, in: context)
        return query
    }

    /// The moment from which on is meant; a day means its start.
    static func start(_ text: String?, in context: CommandContext) throws(CommandFailure) -> Timestamp? {
        guard let text else { return nil }
        return Timestamp(milliseconds: try context.calendar.moments(of: text, givenFor: "--since").lowerBound)
    }

    /// The moment before which is meant; a day means its end.
    static func end(_ text: String?, in context: CommandContext) throws(CommandFailure) -> Timestamp? {
        guard let text else { return nil }
        return Timestamp(milliseconds: try context.calendar.moments(of: text, givenFor: "--until").upperBound + 1)
    }
}
