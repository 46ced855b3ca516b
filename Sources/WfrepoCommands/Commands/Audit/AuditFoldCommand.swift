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
        let folded = try context.foldAudit(in: try context.openRepository(), isUrgent: !quiet)
        if !quiet { context.output.writeLine("\(folded) event\(folded == 1 ? "" : "s") put into git") }
    }
}

extension CommandContext {
    /// Puts the audit events that wait into git, so that what reads git alone sees them.
    ///
    /// One process at a time does it, where it can be waited for: all would do the same work.
    ///
    /// - Parameter isUrgent: whether to wait for another one that does it; else that one is enough.
    /// - Returns: how many there were.
    @discardableResult
    func foldAudit(in repository: Repository, isUrgent: Bool = true) throws -> Int {
        let place = try repository.makeOwnFolder() + "/audit.fold.lock"
        let turn = try FileLock(place, patience: isUrgent ? .seconds(60) : .zero)
        guard isUrgent || turn != nil else { return 0 }
        defer { withExtendedLifetime(turn) {} }
        try tellOfDestroyedKeys(in: repository)
        tellOfUntoldSaves(in: repository)
        let trail = auditTrail(repository, "audit fold", .system)
        let clone = try cloneID(of: repository)
        try trail.tell(
            Recorder(repository, clone: clone, committer: trail.actor).restore().map { trail.event($0) })
        let log = AuditLog(
            repository, clone: clone, committer: trail.actor,
            seals: try WorkflowRepository(repository).settings().encryptsAudit)
        let folded = try AuditQueue(of: repository).fold(into: log, numbering: VersionNumbers(repository).number) {
            trail.event($0)
        }
        if folded > 0 { keepSeenTips(of: repository) }
        return folded
    }
}
