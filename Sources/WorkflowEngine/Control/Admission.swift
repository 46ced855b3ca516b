internal import DocumentTree
public import WorkflowLanguage

/// Whether a signal makes sense for a run as it stands: asked in the transaction that takes the signal in, so that of two
/// people who decide at once one is told that the other one was first.
struct Admission {
    let record: RunRecord
    /// The signals that are on their way to it.
    let pending: [PendingSignal]
    /// Whether somebody paused it already, and what runs now is still awaited.
    let isPausing: Bool
    /// Whether a living process drives it.
    let isDriven: Bool
    let now: Timestamp

    /// - Throws: `EngineError.refused`, which says where the run or step stands and what is possible.
    func check(_ signal: RunSignal) throws(EngineError) {
        guard !record.status.isFinal else {
            throw refusal(
                "the run is over: it \(Self.ending(record.status))", signal,
                hint: "try it again as a new run: wfrepo runs retry \(record.run)")
        }
        switch signal.wish {
        case .deliver(let name, _):
            guard TextFormat.eventName.accepts(name) else {
                throw refusal(
                    "no step can wait for it: \(Value.string(name).canonicalText) is not \(TextFormat.eventName.summary)",
                    signal)
            }
            guard record.status != .compensating else {
                throw refusal("the run is being undone, and no step of it waits for a signal any more", signal)
            }
        case .cancel(let compensating):
            guard !compensating || record.status != .compensating else {
                throw refusal(
                    "the run is being undone", signal,
                    hint: "leave what is not undone yet as it is: wfrepo runs cancel \(record.run) --no-compensate")
            }
        case .pause:
            guard record.status != .compensating else {
                throw refusal("the run is being undone, which can't be paused", signal)
            }
            if record.status == .paused { throw refusal("the run is paused already", signal, hint: goOn) }
        case .resume(_, let called?):
            guard record.steps.contains(where: { $0.waiting?.calledRun == called }) else {
                throw refusal("no step waits for run \(called)", signal)
            }
        case .resume: try checkResume(signal)
        case .decide(let id, _, _): try checkDecision(on: try step(id), signal)
        case .skip(let id), .setResult(let id, _):
            let step = try step(id)
            guard record.status != .compensating else { throw refusal("the run is being undone", signal) }
            guard !step.status.hasEnded else {
                throw refusal("the step has ended: it \(Self.ending(step.status))", signal, hint: again(from: id))
            }
            if let first = pending.first(where: { $0.signal.endsByHand && $0.signal.step == id }) {
                let person = first.signal.sender.map { " by \($0.email)" } ?? ""
                throw refusal("\(first.signal.name) was asked for already\(person)", signal)
            }
        case .interrupt(let id, let attempt, _, _):
            let step = try step(id)
            guard step.status == .running, step.attempts.last?.number == attempt else {
                throw refusal("attempt \(attempt) does not run any more: the step is \(step.status.rawValue)", signal)
            }
        }
    }

    private func checkResume(_ signal: RunSignal) throws(EngineError) {
        if record.status == .paused || isPausing || pending.contains(where: { $0.signal.wish == .pause }) { return }
        if record.steps.contains(where: { $0.waiting?.endsByResuming == true }) { return }
        if let waiting = record.steps.first(where: { $0.waiting != nil }), let wait = waiting.waiting {
            throw refusal(
                "step \(waiting.id) \(wait.summary); resuming does not end that", signal,
                hint: wait.command(for: waiting.id, of: record.run))
        }
        throw refusal(
            isDriven ? "the run goes on already" : "nobody has to answer anything: the run goes on by itself", signal,
            hint: "wfrepo runs watch \(record.run)")
    }

    private func checkDecision(on step: StepRecord, _ signal: RunSignal) throws(EngineError) {
        guard case .approval(let approval) = step.waiting else {
            let hint =
                step.waiting?.command(for: step.id, of: record.run)
                ?? (step.status.hasEnded ? again(from: step.id) : "wfrepo runs show \(record.run)")
            throw refusal(
                "the step is \(step.status.rawValue)"
                    + (step.status.hasEnded
                        ? Self.who(decided: step.decisions) : ", it does not wait for approval"),
                signal, hint: hint)
        }
        if let lapses = approval.lapses, lapses <= now {
            throw refusal("the time to approve was over at \(lapses)", signal)
        }
        guard let person = signal.sender else {
            throw refusal("an approval needs to know who decides", signal, hint: "git config user.email YOU@EXAMPLE")
        }
        guard approval.admits(person) else {
            throw refusal(
                "\(person.email) may not decide; those may: \(approval.approvers.joined(separator: ", "))", signal)
        }
        if !approval.allowsOwn, person.email.lowercased() == record.actor.email.lowercased() {
            throw refusal("\(person.email) started the run, and may not decide on it (own: false)", signal)
        }
        let coming = pending.compactMap { $0.decision(on: step.id) }
        let decisions = step.decisions + coming
        if let own = decisions.first(where: { $0.person.email.lowercased() == person.email.lowercased() }) {
            throw refusal("\(person.email) has \(own.verdict.rawValue) it already", signal)
        }
        let isDecided =
            decisions.contains { $0.verdict == .rejected }
            || decisions.count { $0.verdict == .approved } >= approval.count
        if isDecided { throw refusal("it is decided\(Self.who(decided: decisions))", signal) }
    }

    private func step(_ id: StepID) throws(EngineError) -> StepRecord {
        guard let step = record.steps.first(where: { $0.id == id }) else {
            throw EngineError(
                .unknownStep, "the run has no step \(id)", object: "run \(record.run)",
                hint: "its steps are " + record.steps.map(\.id.description).joined(separator: ", "))
        }
        return step
    }

    private var goOn: String { "go on with: wfrepo runs resume \(record.run)" }

    private func again(from step: StepID) -> String {
        "when the run is over, run it again from there: wfrepo runs retry \(record.run) --from \(step.shellWord)"
    }

    private func refusal(_ reason: String, _ signal: RunSignal, hint: String? = nil) -> EngineError {
        EngineError(
            .refused, "cannot \(signal.name): \(reason)",
            object: "run \(record.run)" + (signal.step.map { ", step \($0)" } ?? ""), hint: hint)
    }

    private static func ending(_ status: RunStatus) -> String {
        switch status {
        case .cancelled: "was cancelled"
        case .compensated: "was compensated"
        case .compensationFailed: "failed, and so did its compensation"
        default: status.rawValue
        }
    }

    private static func ending(_ status: StepStatus) -> String {
        switch status {
        case .skipped, .cancelled, .compensated: "was \(status.rawValue)"
        case .compensating: "is being undone"
        case .compensationFailed: "could not be undone"
        default: status.rawValue
        }
    }

    private static func who(decided decisions: [Decision]) -> String {
        guard !decisions.isEmpty else { return "" }
        return ": " + decisions.map { "\($0.verdict.rawValue) by \($0.person.email)" }.joined(separator: ", ")
    }
}

extension RunSignal {
    /// Whether a person says with it how a step ends.
    fileprivate var endsByHand: Bool {
        switch wish {
        case .skip, .setResult: true
        default: false
        }
    }
}

extension PendingSignal {
    /// The decision that it brings for a step; nil where it brings none.
    func decision(on step: StepID) -> Decision? {
        guard case .decide(step, let verdict, let comment) = signal.wish, let person = signal.sender else { return nil }
        return Decision(verdict, by: person, comment: comment, at: sent)
    }
}

extension Wait {
    /// The command that ends the wait; nil where only time does.
    public func command(for step: StepID, of run: RunID) -> String? {
        switch self {
        case .time, .moment: nil
        case .signal(let signal): "wfrepo runs signal \(run) \(signal.name)"
        case .approval: "wfrepo runs approve \(run) \(step.shellWord)"
        case .answer: "wfrepo runs resume \(run) --data JSON"
        case .call(let call): call.command
        case .person: "wfrepo runs resume \(run)"
        }
    }
}
