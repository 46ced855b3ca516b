import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct RetentionCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "retention", abstract: "Drop records that are older than the settings keep them.",
        discussion: """
            'retention:' in wfrepo.yaml says how long runs, audit and logs are kept. Whole months of this clone are dropped, \
            none that holds anything younger. A backup is made before; take it away, too, where nothing may be left. The audit says what was dropped, and 'sync' drops it in other clones. Without \
            '--apply' it only shows what would go.
            """)

    @Flag(help: "Do it.")
    var apply = false

    @Flag(help: "Also erase what was dropped from the object store, packs and the journal. There is no way back.")
    var purge = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let session = try RunSession(context)
        let repository = session.repository
        // Those of the branch's tip: what is not committed drops nothing.
        let settings = try session.workflows.settings()
        if apply {
            try session.recordFinished()
            try context.foldAudit(in: repository)
        }
        let inFlight = try session.engine.store.runs(
            RunQuery(statuses: RunStatus.allCases.filter { !$0.isFinal }, limit: .max))
        let plan = try RetentionPlan(
            repository, clone: try session.cloneID(), settings: settings, now: SystemClock().now,
            inFlight: Set(inFlight.map(\.run)))
        var erased: Int?
        if apply {
            if purge || !plan.isEmpty { try context.backUp(repository, before: "anything was dropped") }
            try drop(plan, session)
            if purge { erased = try self.purge(session) }
        }
        guard !form.json else { return try context.output.writeJSON(value(plan, erased)) }
        write(plan, erased, to: context.output)
    }

    private func drop(_ plan: RetentionPlan, _ session: RunSession) throws {
        let repository = session.repository
        let trail = session.context.auditTrail(repository, "wfrepo retention")
        let log = AuditLog(repository, clone: try session.cloneID(), committer: trail.actor)
        // First: whose they are is known by the segments.
        if !plan.logs.isEmpty {
            let folder = repository.commonDirectory + "wfrepo/logs"
            for run in plan.logs { try removeFolder("\(folder)/\(run)") }
            session.context.tell(
                [trail.event(.retentionApplied, ["logs": .integer(plan.logs.count)])], to: trail, in: repository)
        }
        let foreign = try log.drop(plan.segments) { trail.event(.retentionApplied, $0).event }
        var seen = try session.context.seenTips(of: repository)
        try seen.forget(plan.segments.map(\.segment.reference), of: repository)
        session.context.keepSeenTips(of: repository)
        session.context.tell([foreign.map { trail.event($0) }].compactMap { $0 }, to: trail, in: repository)
        if let moment = plan.journalBefore { _ = try session.engine.store.prune(recordedBefore: moment) }
    }

    private func purge(_ session: RunSession) throws -> Int {
        let repository = session.repository
        let erasure = Erasure(repository, git: session.context.git(repository))
        // The objects last: as long as they are there, doing it again after a crash erases the rest, too.
        if try erasure.isNeeded() {
            try session.engine.eraseRemains()
        } else {
            try session.engine.store.eraseRemains()
        }
        // It is derived, and made anew where it is missing.
        for suffix in ["", "-wal", "-shm"] { unlink(repository.commonDirectory + "wfrepo/index.sqlite" + suffix) }
        let erased = try erasure.run()
        let backups = try BackupShelf(session.context, repository, named: nil).items()
        if erased > 0, let latest = backups.first {
            session.context.errors.note(
                "what was erased is still in \(backups.count == 1 ? "a backup, which is" : "\(backups.count) backups, which are") "
                    + "yours to remove: \(DurableFile.folder(of: latest.path))")
        }
        return erased
    }

    /// A folder of logs holds files only.
    private func removeFolder(_ path: String) throws {
        for name in try FolderNames.all(in: path) { unlink("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw CommandFailure("cannot remove \(path): \(String(cString: strerror(errno)))")
        }
    }

    private func write(_ plan: RetentionPlan, _ erased: Int?, to output: TextOutput) {
        let verb = apply ? "dropped" : "would drop"
        for drop in plan.segments {
            let unit = (drop.segment.kind == .runs ? "run" : "event") + (drop.count == 1 ? "" : "s")
            output.writeLine("\(verb)  \(drop.segment)  \(drop.count) \(unit), kept for \(drop.days) days")
        }
        if !plan.logs.isEmpty {
            output.writeLine("\(verb)  the logs of \(plan.logs.count) run\(plan.logs.count == 1 ? "" : "s")")
        }
        if let erased { output.writeLine("erased \(erased) objects") }
        if plan.isEmpty, erased ?? 0 == 0 {
            output.writeLine("Nothing is older than the settings keep it.")
        } else if !apply {
            output.writeLine("Nothing was changed. Do it: wfrepo retention --apply")
        } else {
            output.writeLine("Tell other clones and servers: wfrepo sync. Servers erase it at their next git gc.")
        }
    }

    private func value(_ plan: RetentionPlan, _ erased: Int?) -> Value {
        [
            "applied": .bool(apply),
            "segments": .sequence(
                plan.segments.map { drop in
                    [
                        "reference": .string(drop.segment.reference), "tip": .string(drop.tip.description),
                        "count": .integer(drop.count), "kept_days": .integer(drop.days),
                    ]
                }), "logs": .sequence(plan.logs.map { .string($0.description) }), "erased_objects": Value(erased),
        ]
    }
}

extension RetentionPlan.Drop {
    fileprivate var days: Int { Int(age.components.seconds / 86_400) }
}
