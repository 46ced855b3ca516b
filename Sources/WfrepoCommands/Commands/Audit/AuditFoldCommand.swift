import ArgumentParser
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct AuditFoldCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "fold", abstract: "Put the events that wait in the queue into git.",
        discussion: "It happens by itself, in the background, when much waits or something has waited for a minute.")

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func run(in context: CommandContext) throws {
        let folded = try context.foldAudit(in: try context.openRepository())
        if !quiet { context.output.writeLine("\(folded) event\(folded == 1 ? "" : "s") put into git") }
    }
}

extension CommandContext {
    /// Puts the audit events that wait into git, so that what reads git alone sees them.
    ///
    /// - Returns: how many there were.
    @discardableResult
    func foldAudit(in repository: Repository) throws -> Int {
        let trail = auditTrail(repository, "audit fold", .system)
        let clone = try cloneID(of: repository)
        try trail.tell(
            Recorder(repository, clone: clone, committer: trail.actor).restore().map { trail.event($0) })
        let workflows = WorkflowRepository(repository, index: PresentIndex(repository))
        let log = AuditLog(
            repository, clone: clone, committer: trail.actor, seals: try workflows.settings().encryptsAudit)
        let folded = try AuditQueue(of: repository).fold(into: log, numbering: VersionNumbers(workflows).number) {
            trail.event($0)
        }
        if folded > 0 { keepSeenTips(of: repository) }
        return folded
    }
}
