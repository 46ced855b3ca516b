public import DocumentTree

/// What a step waits for.
public enum Wait: Hashable, Sendable {
    /// The end of an amount of time (`uses: delay` with `for`).
    case time(Timestamp)
    /// A moment of the calendar (`uses: delay` with `until`): if the clock is set meanwhile, what it shows then counts.
    case moment(Timestamp)
    /// A signal of a name (`uses: signal`).
    case signal(SignalWait)
    /// People who decide (`uses: approval`).
    case approval(ApprovalWait)
    /// An answer: the step interrupted its own run, with a reason and data for whoever answers.
    case answer(reason: String, data: Value)
    /// A run that the step called, which is paused or waits itself.
    case call(CallWait)
    /// A person who resumes the run: a crash cut an attempt short, and the step says `on-interrupt: ask`.
    case person

    /// When it is over without anybody's doing; nil where it never is.
    var due: Timestamp? {
        switch self {
        case .time(let time), .moment(let time): time
        case .signal(let signal): signal.lapses
        case .approval(let approval): approval.lapses
        case .answer, .call, .person: nil
        }
    }

    /// The wait without secrets in its texts.
    func masked(_ mask: SecretMask) -> Wait {
        switch self {
        case .answer(let reason, let data):
            return .answer(reason: mask.masked(reason), data: mask.masked(data))
        case .approval(var approval):
            approval.message = approval.message.map(mask.masked)
            return .approval(approval)
        case .call(var call):
            call.reason = mask.masked(call.reason)
            return .call(call)
        case .time, .moment, .signal, .person: return self
        }
    }

    /// Whether `runs resume` by a person ends it.
    public var endsByResuming: Bool {
        switch self {
        case .answer, .call, .person: true
        case .time, .moment, .signal, .approval: false
        }
    }

    /// The run that the step called and waits for; nil where it waits for something else.
    public var calledRun: RunID? {
        guard case .call(let call) = self else { return nil }
        return call.run
    }

    /// What it is waited for, in a few words for people.
    public var summary: String {
        switch self {
        case .time(let time), .moment(let time): "waits until \(time)"
        case .signal(let signal): "waits for the signal \(signal.name)"
        case .approval(let approval): "waits for approval" + (approval.message.map { ": \($0)" } ?? "")
        case .answer(let reason, _): "asks: \(reason)"
        case .call(let call): "waits for run \(call.run), which it called: \(call.reason)"
        case .person: "waits for a person: an attempt was interrupted"
        }
    }
}

/// The run that a step called, as it was left.
public struct CallWait: Hashable, Sendable {
    /// Which run.
    public var run: RunID
    /// How it stands, and what it waits for.
    public var reason: String
    /// The command that has it go on; nil where only time does.
    public var command: String?
}

/// What a step of the kind `signal` waits for.
public struct SignalWait: Hashable, Sendable {
    /// The signal's name.
    public var name: String
    /// Until when; nil means for ever.
    public var lapses: Timestamp?
    /// Whether the step fails then; it succeeds otherwise, without data.
    public var failsOnLapse: Bool

    /// A wait for a signal.
    public init(name: String, lapses: Timestamp? = nil, failsOnLapse: Bool = true) {
        self.name = name
        self.lapses = lapses
        self.failsOnLapse = failsOnLapse
    }
}

/// What a step of the kind `approval` waits for.
public struct ApprovalWait: Hashable, Sendable {
    /// What is to be approved, for people.
    public var message: String?
    /// Who may decide: addresses, or `*@domain`; empty means everybody.
    public var approvers: [String]
    /// How many must approve; at least 1.
    public var count: Int
    /// Whether the run's own actor may.
    public var allowsOwn: Bool
    /// Until when; nil means for ever.
    public var lapses: Timestamp?

    /// A wait for approval.
    public init(
        message: String? = nil, approvers: [String] = [], count: Int = 1, allowsOwn: Bool = true,
        lapses: Timestamp? = nil
    ) {
        self.message = message
        self.approvers = approvers
        self.count = count
        self.allowsOwn = allowsOwn
        self.lapses = lapses
    }

    /// Whether the person is one of the approvers. Addresses are compared without regard to case.
    func admits(_ person: Actor) -> Bool {
        let address = person.email.lowercased()
        return approvers.isEmpty
            || approvers.contains { approver in
                let approver = approver.lowercased()
                return approver.hasPrefix("*@") ? address.hasSuffix(approver.dropFirst()) : approver == address
            }
    }
}

/// What somebody decided on an approval.
public struct Decision: Hashable, Sendable {
    /// Both ways to decide.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        case approved, rejected
    }

    /// What was decided.
    public var verdict: Verdict
    /// By whom.
    public var person: Actor
    /// Why.
    public var comment: String?
    /// When.
    public var time: Timestamp

    /// A decision.
    public init(_ verdict: Verdict, by person: Actor, comment: String? = nil, at time: Timestamp) {
        self.verdict = verdict
        self.person = person
        self.comment = comment
        self.time = time
    }
}

/// What a person did to a step by hand.
public struct Intervention: Hashable, Sendable {
    /// What can be done.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case skip
        case setResult = "set-result"
    }

    /// What was done.
    public var kind: Kind
    /// By whom; nil where it is not known.
    public var person: Actor?
    /// When.
    public var time: Timestamp

    /// Something done by hand.
    public init(_ kind: Kind, by person: Actor?, at time: Timestamp) {
        self.kind = kind
        self.person = person
        self.time = time
    }
}
