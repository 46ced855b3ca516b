import DocumentTree
import GitStore
import Glibc
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Finds audit events, wherever they are: in git, in the queue, or told by a run that is not recorded yet.
struct AuditDirectory {
    let context: CommandContext
    let repository: Repository
    let index: RecordIndex

    init(_ context: CommandContext) throws {
        self.context = context
        repository = try context.openRepository()
        context.tellOfUntoldSaves(in: repository)
        index = try context.openIndex(repository)
    }

    /// Gives the events that are asked for to `body`, the latest first. Few of those that are in git are in memory at a time.
    func forEachEvent(_ query: AuditQuery, _ body: (StoredEvent) throws -> Void) throws {
        // What was put into git just now may still stand in the queue.
        var list = LatestFirst(
            query.limit, of: try others(than: [], query), by: \.event.id, isReplaced: \.isWaiting)
        try index.forEachEvent(query) { try list.give($0, to: body) }
        try list.giveRest(to: body)
    }

    /// The same as a list shows them. Lines that are in git are not read.
    func listed(_ query: AuditQuery) throws -> [ListedEvent] {
        let stored = try index.listedEvents(query)
        let others = try others(than: Set(stored.map(\.id)), query).map(ListedEvent.init)
        return Array((stored + others).sorted { $1.id < $0.id }.prefix(max(0, query.limit)))
    }

    /// Events that wait, and those of steps.
    private func others(than known: Set<AuditEventID>, _ query: AuditQuery) throws -> [StoredEvent] {
        try waiting { query.matches($0) && !known.contains($0.id) } + stepEvents(query)
    }

    /// What the records tell of steps, where that is asked for: of one run, or by the kinds of steps' events.
    private func stepEvents(_ query: AuditQuery) throws -> [StoredEvent] {
        let (found, lookedSince) = try StepEventSearch(index, in: repository).events(query)
        if let lookedSince {
            context.errors.note(
                "the steps of runs before \(lookedSince) were not looked at; go on there: --until \(lookedSince)")
        }
        return found
    }

    /// The event that a person means by its id, or the start or end of it.
    func event(_ text: String) throws -> StoredEvent {
        let digits = text.uppercased()
        let waiting = try self.waiting { event in
            let id = event.id.description
            return digits.utf8.count >= 4 && (id.hasPrefix(digits) || id.hasSuffix(digits))
        }
        if let found = try index.event(text) ?? (waiting.count == 1 ? waiting.first : nil) { return found }
        throw CommandFailure("no single audit event is '\(text)'", hint: "list the latest: wfrepo audit list")
    }

    /// How often each person did what, the most frequent first.
    func counts(_ query: AuditQuery) throws -> [AuditCount] {
        let stored = try index.eventCounts(query)
        let waiting = try self.waiting(query.matches).map(\.event)
        // An event that was put into git just now may still stand in the queue.
        let new = try waiting.filter { try !index.has($0.id) }
        return AuditCount.united(stored, with: new)
    }

    /// Says what events can't be shown, so that nobody takes the others for all.
    func noteHiddenEvents() throws {
        if !repository.showsOwnFolder {
            context.errors.note(
                "events that are not in git yet are for the owner of the repository alone; who puts them there: wfrepo audit fold"
            )
        }
        let count = try index.sealedLines()
        guard count > 0 else { return }
        context.errors.note(
            "\(count) event\(count == 1 ? " is" : "s are") sealed and can't be shown: the key is in the clone that wrote "
                + "\(count == 1 ? "it" : "them"), or was destroyed; by subject: wfrepo verify")
    }

    /// What is not in git yet, of what is asked for: only that is worth looking up the numbers of its versions.
    private func waiting(_ isMeant: (AuditEvent) -> Bool) throws -> [StoredEvent] {
        guard repository.showsOwnFolder else { return [] }
        var entries = try AuditQueue(of: repository).waiting()
        let state = repository.commonDirectory + "wfrepo/state.sqlite"
        // SQLite opens a journal in WAL mode only where it can write; elsewhere no run goes on.
        if access(state, W_OK) == 0 {
            let store = try StateStore(path: state)
            keepUntilExit(store)
            let going = RunStatus.allCases.filter { !$0.isFinal }
            for record in try store.runs(RunQuery(statuses: going, limit: 10_000)) + store.unrecorded(limit: 10_000) {
                entries += try AuditEvent.events(of: record).map { AuditLog.Entry($0) }
            }
        }
        var seen: Set<AuditEventID> = []
        let numbers = VersionNumbers(repository)
        return entries.filter { seen.insert($0.event.id).inserted && isMeant($0.event) }
            .map { StoredEvent(waiting: $0.numbered(numbers.number)) }
    }
}

extension StoredEvent {
    /// What scripts learn of an event: the line as it is stored, and where.
    func summary() throws -> Value {
        var value = try line?.value() ?? .mapping(event.waitingFields)
        value["sha256"] = Value(line?.hash)
        value["note_on"] = Value(commit?.description)
        value["segment"] = Value(segment?.reference)
        value["waiting"] = .bool(isWaiting)
        value["from_record"] = .bool(line == nil && !isWaiting)
        return value
    }
}
