internal import DocumentTree
internal import WorkflowLanguage

/// A run under way, as a value: it takes in what happened and says what follows. It knows no process, no disk and no
/// clock, so that every order of events can be tried.
///
/// Each method changes the state and adds to the turn; `takeTurn` hands the turn over. Several events may share a turn,
/// and so a transaction.
struct Execution: Sendable {
    var plan: Plan
    /// How many attempts may be under way at once.
    let capacity: Int
    /// The same while attempts are short.
    let burst: Int
    var machine: RunStateMachine
    var steps: [StepState]
    /// What is known of the run, without its steps.
    var header: RunRecord
    var surroundings: Surroundings

    /// The positions of steps that may start, in the order in which they became ready.
    var ready = Queue()
    /// How many attempts are under way.
    var underWay = 0
    /// How many of the latest attempts, in a row, were short.
    var shortAttempts = 0
    /// How many attempts may be under way now. Short ones wait for the journal as long as they compute, so that more of them
    /// are needed to keep the cores busy.
    var slots: Int { shortAttempts < Self.manyShort ? capacity : max(capacity, burst) }
    /// How many steps have not ended.
    var open: Int
    /// How many steps have succeeded.
    var finished = 0
    /// The first failure that counts.
    var failure: RunFailure?
    /// Whether no step starts any more that does not ask how the run stands.
    var isStopping = false
    var control: RunControl?
    /// The positions of steps that are still to be undone, the next one last.
    var undoing: [Int] = []
    var hasFailedUndo = false
    /// The signals that were acted upon.
    var claimed: Set<Int> = []
    /// How long a run of which nothing runs is worth a process that waits for it, where it does not wait for a time alone.
    var patience = Duration.seconds(60)
    /// Whether a run of which nothing runs is worth a process that waits for a time with it, however long that is.
    var staysForTimes = true
    /// Whether nothing more is to be undone here: whoever takes the run up goes on with that.
    private(set) var isGivenUp = false
    /// Whether the run is to be given up, or is over.
    private var isLeaving = false
    /// The most that the outputs of all steps may take, in bytes of JSON.
    var outputLimit = Int.max
    /// What they take now.
    var outputSize = 0
    /// The value of the context `steps`.
    var stepsContext = ValueMapping()
    var turn = Turn()
    private var journaled: RunStatus

    private static let manyShort = 8
    /// An attempt that took less counts as short.
    static let shortAttempt = Duration.milliseconds(20)

    /// A new run, or one that a journal knows.
    init(plan: Plan, record: RunRecord, capacity: Int, burst: Int = 0, surroundings: Surroundings) {
        self.plan = plan
        self.capacity = max(1, capacity)
        self.burst = burst
        self.surroundings = surroundings
        machine = RunStateMachine(status: record.status)
        journaled = record.status
        header = record
        header.steps = []
        steps = zip(record.steps, plan.needs).map { StepState($0, openNeeds: $1.count) }
        open = steps.count
        restoreItems(record.steps.dropFirst(steps.count))
    }

    /// The record as it stands.
    var record: RunRecord {
        var record = header
        record.status = machine.status
        record.steps = steps.map(\.record)
        return record
    }

    /// Takes the run up for the first time.
    mutating func begin(at now: Timestamp) throws(IllegalTransition) {
        try move(.start)
        header.started = now
        turn.progress.append(.runStarted(header.run, resumed: false))
        try settle(restoreOrder(), at: now)
    }

    /// Gives the run up with the next turn: it is over, or waits for something that a process need not wait for.
    mutating func leave() { isLeaving = true }

    /// Leaves the run, where it is being undone, as soon as no undo is under way. All else can be paused.
    mutating func giveUp() {
        isGivenUp = true
        if machine.status == .compensating, underWay == 0 { leave() }
    }

    /// Keeps the run after all.
    mutating func stayOn() { isLeaving = false }

    /// What is to be written and done now. Every change since the last turn is in it, each step once.
    mutating func takeTurn() -> Turn {
        var entries: [JournalEntry] = []
        for position in dirty {
            let step = steps[position]
            let change = StepChange(
                expected: step.journaled, record: step.record, finishOrder: step.finishOrder, due: step.due)
            entries.append(.step(position: position, change))
            steps[position].journaled = step.machine.status
            steps[position].isDirty = false
        }
        dirty = []
        if machine.status != journaled {
            entries.append(
                .run(
                    RunChange(
                        expected: journaled, status: machine.status, started: header.started, ended: header.ended,
                        error: header.error, outputs: header.outputs)))
            journaled = machine.status
        }
        var taken = Turn()
        swap(&taken, &turn)
        if isLeaving {
            taken.progress.append(.runLeft(machine.status))
            taken.commands.append(.leave)
            isLeaving = false
        }
        // Attempts refer to the rows of their steps, which are there from the start: the order does not matter to them.
        taken.entries = taken.openings + entries + taken.entries
        taken.openings = []
        return taken
    }

    /// The positions of the steps that differ from what the journal has.
    private var dirty: [Int] = []

    mutating func markDirty(_ position: Int) {
        guard !steps[position].isDirty else { return }
        steps[position].isDirty = true
        dirty.append(position)
    }

    mutating func move(_ event: RunEvent) throws(IllegalTransition) {
        _ = try machine.apply(event)
    }

    mutating func move(_ position: Int, _ event: StepEvent) throws(IllegalTransition) {
        try steps[position].machine.apply(event)
        steps[position].record.status = steps[position].machine.status
        // That a step is ready follows from the ends of the steps before it, so it is not journaled by itself.
        if event != .admit { markDirty(position) }
    }
}

/// What a person wants of a run.
enum RunControl: String, Sendable, Hashable {
    case pause
    /// End it, and undo what is finished where the workflow says so.
    case cancel
    /// End it, and leave everything as it is.
    case cancelWithoutUndo = "cancel-without-undo"

    var isCancel: Bool { self != .pause }
}

/// First in, first out.
struct Queue: Sendable {
    private var items: [Int] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }

    mutating func append(_ item: Int) { items.append(item) }

    mutating func popFirst() -> Int? {
        guard head < items.count else { return nil }
        defer { head += 1 }
        return items[head]
    }
}
