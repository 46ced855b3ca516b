import ArgumentParser
import DocumentTree
import GitStore
import WorkflowRecords

struct SyncCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "sync", abstract: "Bring this clone and a remote together: definitions, runs and audit.",
        discussion: """
            Both ways, fast-forward only, and nothing is accepted that 'verify' would find wrong. git does the transport, with \
            your credentials and settings. A remote that was rewritten is refused, and what is here is kept.

            Exit status: 1 where something was refused, 2 where the remote can't be reached; work goes on without it.
            """)

    @Argument(help: "The remote; that of the current branch, or 'origin', where none is given.", completion: .remotes)
    var remote: String?

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        let report = try context.synchronise(repository, with: try remote ?? Self.standardRemote(of: repository))
        if form.json {
            try context.output.writeJSON(report.value)
        } else {
            context.write(report)
        }
        if !report.refused.isEmpty { throw Ended(status: .negative) }
    }

    private static func standardRemote(of repository: Repository) throws -> String {
        let configuration = try repository.configuration
        if let branch = try repository.head.branchName,
            let remote = try configuration.string("branch.\(branch).remote"), remote != "."
        {
            return remote
        }
        let names = try configuration.remoteNames()
        guard names.count != 1 || names.contains("origin") else { return names[0] }
        guard names.contains("origin") else {
            throw CommandFailure(
                names.isEmpty
                    ? "there is no remote to synchronise with"
                    : "which remote? there are \(names.joined(separator: ", "))",
                hint: names.isEmpty ? "add one: git remote add origin URL" : "name it: wfrepo sync \(names[0])")
        }
        return "origin"
    }
}

extension CommandContext {
    /// Puts what waits into git, takes in what a remote has, makes a checkpoint and sends what the remote lacks.
    func synchronise(_ repository: Repository, with remote: String) throws -> SyncReport {
        try foldAudit(in: repository)
        let clone = try cloneID(of: repository)
        // Without a home nothing is known; that is said when they are kept.
        let seen = try? seenTips(of: repository)
        let report = try Synchronisation(repository, clone: clone, remote: remote, git: git(repository), seen: seen).run
        {
            try makeCheckpoint(in: repository)
        }
        keepSeenTips(of: repository, without: report.dropped)
        return report
    }

    /// Writes down where this clone's segments stand, signed with the user's ssh key where there is one. Where signing
    /// fails, it is made without a signature, and that is said.
    func makeCheckpoint(in repository: Repository) throws {
        let trail = auditTrail(repository, "checkpoint", .system)
        let log = AuditLog(repository, clone: try cloneID(of: repository), committer: trail.actor)
        let key = try repository.configuration.signingKey(home: variable("HOME"))
        func make(signingWith key: SigningKey?) throws {
            guard case .made(_, _, foreign: let foreign?) = try log.checkpoint(signingWith: key) else { return }
            tell([trail.event(foreign)], to: trail, in: repository)
        }
        do {
            try make(signingWith: key)
        } catch let error as GitError {
            guard key != nil else { throw error }
            errors.warning("the checkpoint is not signed: \(error.message)")
            try make(signingWith: nil)
        }
    }

    /// Shows what a synchronisation came to.
    func write(_ report: SyncReport) {
        for received in report.received {
            let count = received.count.map { " (\($0) new)" } ?? ""
            let old = received.old.map { "\($0.short()).." } ?? "new "
            output.writeLine("received  \(visible(received.reference))  \(old)\(received.new.short())\(count)")
        }
        for reference in report.dropped { output.writeLine("dropped   \(visible(reference))  as its owner did") }
        for reference in report.sent { output.writeLine("sent      \(visible(reference))") }
        for note in report.notes { output.note(note) }
        for refusal in report.refused {
            output.refusal("\(refusal.reference): \(refusal.reason)")
            if let hint = refusal.hint {
                output.write("  ")
                output.hint(hint)
            }
        }
        if report.received.isEmpty, report.sent.isEmpty, report.dropped.isEmpty, report.refused.isEmpty {
            output.writeLine("Everything is up to date.")
        }
    }
}

extension SyncReport {
    /// The report as JSON.
    var value: Value {
        [
            "received": .sequence(
                received.map { received in
                    [
                        "reference": .string(received.reference), "old": Value(received.old?.description),
                        "new": .string(received.new.description), "count": Value(received.count),
                    ]
                }),
            "dropped": .sequence(dropped.map { .string($0) }), "sent": .sequence(sent.map { .string($0) }),
            "refused": .sequence(
                refused.map { refusal in
                    [
                        "reference": .string(refusal.reference), "reason": .string(refusal.reason),
                        "hint": Value(refusal.hint),
                    ]
                }),
            "notes": .sequence(notes.map { .string($0) }),
        ]
    }
}
