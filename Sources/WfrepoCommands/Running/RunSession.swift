import DocumentTree
import GitStore
import Glibc
import Logging
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Everything that a command needs to run workflows of a repository and to record what became of them.
struct RunSession {
    let context: CommandContext
    let workflows: WorkflowRepository
    let engine: Engine
    let secrets: SecretSource

    var repository: Repository { workflows.repository }

    /// Opens the engine of the repository, and makes its folder where it is missing.
    ///
    /// - Parameter isLooking: Whether the command only looks at runs, which is possible also where nothing may be written, or
    ///   where the journal is damaged: what is in git can be seen.
    /// - Parameter isUnattended: Whether nobody watches: a run that waits for longer than a moment is given up then, and a
    ///   process without anything of it waits for its time.
    init(
        _ context: CommandContext, workflows: WorkflowRepository? = nil, diagnostics: DiagnosticOptions? = nil,
        isLooking: Bool = false, isUnattended: Bool = false
    ) throws {
        self.context = context
        let workflows = try workflows ?? context.openWorkflows()
        self.workflows = workflows
        secrets = SecretSource(context, workflows.repository)
        let path = workflows.repository.commonDirectory + "wfrepo"
        let onlyLooks = isLooking && !Self.mayWrite(path)
        let folder = onlyLooks ? path : try Self.makeFolder(of: workflows.repository)
        var configuration = EngineConfiguration(
            folder: folder, repository: workflows.repository.gitDirectory, host: context.hostName,
            parallelism: Self.parallelism)
        configuration.burst = Self.parallelism + 2
        configuration.knownBurst = Self.parallelism + Self.mostBehindTheJournal
        configuration.kinds = Self.kinds(context, workflows.repository)
        configuration.durability = Self.durability(workflows)
        if isUnattended {
            configuration.staysForTimes = false
            configuration.patience = .seconds(1)
        }
        if let diagnostics { configuration.logger = try diagnostics.logger(context) }
        engine =
            try isLooking
            ? Self.lookingEngine(configuration, onlyLooks: onlyLooks, context) : Engine(configuration)
        keepUntilExit(engine.store)
        if !engine.lostRuns.isEmpty { try tellLostRuns() }
    }

    /// Says that the journal was missing, and which runs that cost. Whoever put a damaged one aside is told, too.
    private func tellLostRuns() throws {
        let records = RecordReader(repository)
        let lost = try engine.lostRuns.filter { try records.record(of: $0) == nil }
        guard !lost.isEmpty else { return }
        warn("\(engine.configuration.statePath) was missing or empty, and is made anew; what is in git is safe")
        for run in lost {
            warn("run \(run) was under way; what is left of it is in \(engine.configuration.logFolder(run))")
        }
    }

    /// How many short steps more than there are cores are under way, so that there is work while the journal waits for the disk,
    /// and each of its transactions has more in it.
    private static let mostBehindTheJournal = 16

    /// Whether the journal in wfrepo's own folder can be opened as usual, or be made.
    private static func mayWrite(_ folder: String) -> Bool {
        guard access(folder, F_OK) == 0 else { return false }
        let journal = folder + "/state.sqlite"
        return access(folder, W_OK) == 0 && (access(journal, F_OK) != 0 || access(journal, W_OK) == 0)
    }

    /// The engine of a command that only looks. Where the journal is damaged, that is said, and git's records are seen.
    private static func lookingEngine(
        _ configuration: EngineConfiguration, onlyLooks: Bool, _ context: CommandContext
    ) throws -> Engine {
        do throws(EngineError) {
            return onlyLooks ? try Engine(readingOnly: configuration) : try Engine(configuration)
        } catch {
            guard error.code == .corrupt else { throw error }
            context.errors.warning("\(error.object ?? ""): \(error.message)")
            if let hint = error.hint { context.errors.hint(hint) }
            return try Engine(readingOnly: configuration, ignoringJournal: true)
        }
    }

    /// The kinds of step: those of the engine, and those that this program does in processes of their own.
    private static func kinds(_ context: CommandContext, _ repository: Repository) -> KindRegistry {
        let command = [context.program, "-C", repository.workTree ?? repository.gitDirectory, "kind-work"]
        let state = Value.string(repository.commonDirectory + "wfrepo/notify")
        // Steps get no variable of git's; who emits is the person all the same, and their settings are.
        let person = context.environment.filter { name, _ in
            ["GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_"].contains { name.hasPrefix($0) }
        }
        let proxies = ProgramKind.proxies(context.environment)
        // A report of a crash shows what is in memory, secrets among it, and would go to the step's log.
        let quiet = ["SWIFT_BACKTRACE": "enable=no"]
        return KindRegistry.standard.adding([
            ProgramKind(
                "http", command: command, facts: ["proxies": proxies], variables: quiet,
                serves: command + ["--serve"]),
            ProgramKind("file", command: command, variables: quiet),
            ProgramKind("transform", command: command, variables: quiet),
            ProgramKind("notify", command: command, facts: ["state": state, "proxies": proxies], variables: quiet),
            ProgramKind("emit", command: command, variables: person),
        ])
    }

    /// How many steps run at once: as ninja(1) guesses, some more than there are cores, so that none idles while a step's
    /// end is being synced to disk.
    private static var parallelism: Int {
        switch Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
        case ...1: 2
        case 2: 3
        case let cores: cores + 2
        }
    }

    /// wfrepo's own folder in the common git folder. Where others share it, what runs leave is for their owner alone all the same:
    /// logs may hold what others must not read.
    private static func makeFolder(of repository: Repository) throws -> String {
        let folder = try repository.makeOwnFolder()
        guard try repository.sharedAccess.isShared else { return folder }
        for name in ["logs", "work", "cache", "tmp", "concurrency", "timers", "notify"] {
            try DurableFile.makeFolders("\(folder)/\(name)", mode: 0o700)
        }
        // SQLite takes an empty file for a new journal, and gives the files beside it what this one has.
        let journal = Glibc.open("\(folder)/state.sqlite", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if journal >= 0 { close(journal) }
        return folder
    }

    /// The person on whose behalf a run goes.
    func actor() throws -> Actor {
        let person = try repository.configuration.identity(.author, environment: context.environment, now: context.now)
        return Actor(name: person.name, email: person.email)
    }

    /// What steps get from this process: the environment, without what holds secrets, and the secrets of the workflow.
    func environment(
        for workflow: Workflow, settings: Settings? = nil, definition: PinnedDefinition? = nil
    ) throws -> RunEnvironment {
        let values = try secrets.values(of: workflow)
        let calls = try definition.map { try self.calls(of: workflow, in: $0) } ?? [:]
        if !values.isEmpty || calls.values.contains(where: { !$0.secrets.isEmpty }) { try keepMemoryPrivate() }
        let hidden = calls.values.reduce(secrets.variables(of: workflow)) {
            $0.union(secrets.variables(of: $1.workflow))
        }
        var environment = RunEnvironment(
            variables: context.environment.filter { !hidden.contains($0.key) }, secrets: values,
            root: repository.workTree ?? repository.gitDirectory, settings: try settings ?? workflows.settings())
        environment.calls = calls
        return environment
    }

    /// Drives a run to its end or its next pause, then records it and what else waits to be recorded. Where that can't be
    /// done now, the run's end stands in the journal all the same, and it is said.
    func drive(_ run: RunID, observer: @escaping (RunProgress) -> Void) throws -> RunRecord {
        let waiting = try engine.store.record(run)
        let workflow = try engine.workflow(of: waiting)
        let settings = try settings(for: waiting)
        var environment = try environment(for: workflow, settings: settings, definition: waiting.definition)
        environment.slowness = try slowness(of: run, workflow)
        tellSecrets(of: workflow, readBy: waiting)
        let approvals = approvalAudit(of: workflow, waiting)
        approvals.takeUp()
        let record = try sayingHowToGoOn(with: run) { () throws(EngineError) in
            try engine.drive(run, in: environment) { progress in
                approvals.observe(progress)
                observer(progress)
            }
        }
        do {
            try recordFinished(endedHere: record.status.isFinal ? run : nil)
        } catch {
            let failure = CommandFailure(for: error)
            warn("the run's end is kept, but is not in git yet: \(failure.message)")
            warn("the next run records it" + (failure.hint.map { "; \($0)" } ?? ""))
        }
        RunNotices(self).runEnded(record, of: workflow, settings)
        TriggerChain.runEnded(record, context, workflows)
        try awaitTime(of: record)
        try wakeCaller(of: record)
        return record
    }

    /// A run that the system stops, by a folder that can't be written for one, stays in the journal.
    private func sayingHowToGoOn<R>(with run: RunID, _ body: () throws(EngineError) -> R) throws(EngineError) -> R {
        do {
            return try body()
        } catch {
            guard error.code == .system, error.hint == nil else { throw error }
            var error = error
            error.hint = "the run is kept: see to that, then go on with: wfrepo runs resume \(run)"
            throw error
        }
    }

    private func approvalAudit(of workflow: Workflow, _ record: RunRecord) -> ApprovalAudit {
        let trail = context.auditTrail(repository, "engine", .system)
        return ApprovalAudit(workflow, record, trail) { [context, repository] in
            context.tell($0, to: trail, in: repository)
        }
    }

    /// Tells the audit which secrets a run is given, by name.
    private func tellSecrets(of workflow: Workflow, readBy record: RunRecord) {
        guard !workflow.secrets.isEmpty else { return }
        let trail = context.auditTrail(repository, "engine", .system)
        let entries = workflow.secrets.map { secret in
            trail.event(
                .secretRead, of: record,
                ["secret": .string(secret.name), "provider": .string(secret.provider.word)])
        }
        context.tell(entries, to: trail, in: repository)
    }

    /// Puts every finished run into git.
    ///
    /// - Parameter own: The run that ended here; where another process has recorded it, that is enough.
    func recordFinished(endedHere own: RunID? = nil) throws {
        let recorder = Recorder(repository, clone: try cloneID(), committer: try actor())
        let trail = context.auditTrail(repository, "recorder", .system)
        let outcome = try recorder.record(
            AuditedRuns(engine.store, telling: AuditQueue(of: repository)), endedHere: own)
        for (run, reason) in outcome.refused {
            warn("run \(run) cannot be recorded: \(reason)")
        }
        for write in outcome.foreignWrites {
            warn("somebody else wrote our records: \(write)")
        }
        context.tell(outcome.foreignWrites.map { trail.event($0) }, to: trail, in: repository)
        context.foldAuditWhenDue(trail, in: repository)
        if !outcome.recorded.isEmpty { context.keepSeenTips(of: repository) }
        context.maintainWhenDue(repository)
    }

    private func warn(_ text: String) { context.errors.warning(text) }
}

/// A definition that cannot run, with everything that is wrong with it.
struct InvalidDefinition: Error, CustomStringConvertible {
    var problems: [Problem]

    var description: String { problems.map(\.description).joined(separator: "\n") }
}
