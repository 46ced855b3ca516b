import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import WorkflowEngine
import WorkflowRecords

struct AuditForgetCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "forget", abstract: "Erase what sealed audit events say of a person, by destroying the key.",
        discussion: """
            Works for events that were sealed ('audit: {encrypt: true}' in wfrepo.yaml): nobody can read them any more, in this \
            clone and in all copies of it. The events themselves, their order and the chain of hashes stay, and the audit says that \
            the key was destroyed; 'wfrepo verify' shows both. Backups that hold the key must be removed by hand. There is no way \
            back.
            """)

    @Argument(help: "The person's address, as 'wfrepo audit users' lists it.")
    var address: String

    @Flag(name: .shortAndLong, help: "Do it; without this it only says what would be done.")
    var yes = false

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        // What waits is in clear, and would be sealed with a new key afterwards.
        try context.foldAudit(in: repository)
        var keys = try SubjectKeys(of: repository)
        guard let subject = keys.subject(of: address) else {
            throw CommandFailure(
                "there is no key of \(visible(address))",
                hint:
                    "events are sealed only where wfrepo.yaml says 'audit: {encrypt: true}'; see who is there: wfrepo audit users"
            )
        }
        guard yes else {
            return context.output.writeLine(
                "would destroy the key of \(visible(address)) (subject \(subject)). Do it: wfrepo audit forget --yes \(visible(address))"
            )
        }
        _ = try keys.destroy(address)
        try context.tellOfDestroyedKeys(in: repository)
        try context.foldAudit(in: repository)
        context.output.writeLine("The key of subject \(subject) is destroyed; its events can't be read any more.")
    }
}

extension CommandContext {
    /// Removes what else says in clear what destroyed keys had sealed, and tells the audit of them: also of those of an `audit
    /// forget` that was killed before it did.
    func tellOfDestroyedKeys(in repository: Repository) throws {
        let destroyed = try SubjectKeys.destroyed(in: repository)
        guard !destroyed.isEmpty else { return }
        // The index is made anew where it is missing.
        for suffix in ["", "-wal", "-shm"] { unlink(RecordIndex.path(in: repository) + suffix) }
        let trail = auditTrail(repository, "wfrepo audit forget")
        for (subject, time) in destroyed {
            var entry = trail.event(.subjectForgotten, ["subject": .string(subject)])
            // Whoever tells it twice tells it once.
            if let id = AuditEventID(at: time, derivedFrom: "\(AuditEventKind.subjectForgotten.rawValue) \(subject)") {
                (entry.event.id, entry.event.time) = (id, time)
            }
            try trail.tell([entry])
            try SubjectKeys.removeDestroyed(subject, from: repository)
        }
    }
}
