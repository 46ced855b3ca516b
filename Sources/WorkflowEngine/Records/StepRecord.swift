public import DocumentTree
public import WorkflowLanguage

/// What is known of a step of a run.
public struct StepRecord: Hashable, Sendable {
    /// Which step it is.
    public var id: StepID
    /// The step's title, its expressions evaluated; nil where it has none.
    public var title: String?
    /// Where the step stands.
    public var status: StepStatus
    /// How the step ended; nil before.
    public var outcome: StepResult?
    /// What counts for the steps behind it, after `continue-on-error`.
    public var conclusion: StepResult?
    /// When its first attempt began; nil before.
    public var started: Timestamp?
    /// When it was over; nil before.
    public var ended: Timestamp?
    /// The attempts, in order.
    public var attempts: [AttemptRecord]
    /// What the step hands on, secrets masked.
    public var outputs: ValueMapping
    /// The output of the last attempt; nil where there was none.
    public var log: LogRecord?
    /// Why the step was skipped.
    public var skipped: String?
    /// The undoing of the step; nil where it has none.
    public var compensation: CompensationRecord?
    /// What the step waits for; nil where it does not.
    public var waiting: Wait?
    /// What was decided on its approval, in order.
    public var decisions: [Decision]
    /// What it was told when it, or a crash, had asked; its attempts find it in `WFREPO_ANSWER`.
    public var answer: Value?
    /// What a person did to it by hand.
    public var intervention: Intervention?
    /// The run whose result this step has, where it did not run in this one.
    public var reusedFrom: RunID?
    /// The hash of what its last attempt was given: its environment and parameters, secrets masked.
    public var inputsHash: DefinitionHash?
    /// What it had to do with the cache; nil where it has no `cache:`.
    public var cache: CacheRecord?
    /// The git tree of the own kind that did its work, where one did.
    public var kindTree: String?

    /// The item that it is; nil where it is a step of its own.
    public var item: ItemRecord?

    /// A step of which nothing is known yet.
    public init(id: StepID, title: String? = nil, status: StepStatus = .pending) {
        self.id = id
        self.title = title
        self.status = status
        attempts = []
        outputs = ValueMapping()
        decisions = []
    }

    /// How long the step took, retries and the waits between them included; nil before its end.
    public var duration: Duration? {
        guard let started, let ended else { return nil }
        return ended.since(started)
    }

    /// The error of the last attempt, where it failed.
    public var error: StepError? { attempts.last?.error }
}

/// One try at a step.
public struct AttemptRecord: Hashable, Sendable {
    /// The attempt's number, from 1.
    public var number: Int
    /// When it began.
    public var started: Timestamp
    /// When it was over; nil before.
    public var ended: Timestamp?
    /// The exit status, where a process ended by itself.
    public var exit: Int?
    /// The signal that ended the process.
    public var signal: Int?
    /// Why the attempt failed.
    public var error: StepError?

    /// An attempt.
    public init(
        number: Int, started: Timestamp, ended: Timestamp? = nil, exit: Int? = nil, signal: Int? = nil,
        error: StepError? = nil
    ) {
        self.number = number
        self.started = started
        self.ended = ended
        self.exit = exit
        self.signal = signal
        self.error = error
    }
}

/// Why an attempt failed.
public struct StepError: Error, Hashable, Sendable {
    /// The class of the error, by which `retry.on` selects and statistics count: `exit`, `signal`, `timeout`,
    /// `expression`, `spawn`, `outputs`, `cancelled`, `interrupted`, `suspended`, `rejected`, `lapsed`, `by-hand`, …
    public var kind: String
    /// What happened, for people.
    public var message: String
    /// How long whoever failed wants to be left alone before the next attempt. It is not recorded.
    public var retryAfter: Duration?

    /// An error of the class `kind`.
    public init(_ kind: String, _ message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
    }
}

/// What is known of a log.
public struct LogRecord: Hashable, Sendable {
    /// Its size in bytes, as kept.
    public var bytes: Int
    /// How many bytes of output were cut out of it because of its limit.
    public var omitted: Int
    /// The SHA-256 of the file, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// The last lines, at most 2 KiB.
    public var tail: String

    /// A log.
    public init(bytes: Int, omitted: Int = 0, sha256: String, tail: String) {
        self.bytes = bytes
        self.omitted = omitted
        self.sha256 = sha256
        self.tail = tail
    }
}

/// The undoing of a step.
public struct CompensationRecord: Hashable, Sendable {
    /// Where it stands: `registered` when the step starts, `running`, `succeeded`, `failed`, or `not-needed` once the
    /// run has ended without it.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case registered, running, succeeded, failed
        case notNeeded = "not-needed"
    }

    /// Where it stands.
    public var status: Status
    /// When its first attempt began; nil before.
    public var started: Timestamp?
    /// When it was over; nil before.
    public var ended: Timestamp?
    /// The attempts, in order.
    public var attempts: [AttemptRecord]
    /// The output of the last attempt; nil where there was none.
    public var log: LogRecord?

    /// A compensation of which nothing has happened yet.
    public init(status: Status = .registered) {
        self.status = status
        attempts = []
    }
}
