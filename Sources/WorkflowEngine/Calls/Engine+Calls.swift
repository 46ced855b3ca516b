internal import Crypto
internal import DocumentTree
internal import Glibc
internal import WorkflowLanguage

/// What an attempt of the kind `workflow` asks for.
struct Call: Sendable {
    /// The run that calls.
    var caller: RunRecord
    var step: StepID
    /// Which of the step's attempts it is, not counting those that a crash cut short: such an attempt takes up the run that
    /// the one before it has called.
    var number: Int
    /// Whether it undoes the step.
    var phase = AttemptPhase.do
    var workflow: WorkflowName
    var inputs: ValueMapping
    /// What whoever resumed the caller has answered to the run that it called; nil where nobody did.
    var answer: Value?
    /// The run that the same call made in the run that the caller tries again.
    var retried: RunID?

    /// The call that the last of these attempts makes.
    init(
        caller: RunRecord, step: StepID, attempts: [AttemptRecord], phase: AttemptPhase, workflow: WorkflowName,
        inputs: ValueMapping
    ) {
        self.caller = caller
        self.step = step
        self.phase = phase
        self.workflow = workflow
        self.inputs = inputs
        number = attempts.dropLast().count { $0.error?.isNoFailureOfTheStep != true } + 1
    }
}

/// How a call ended.
enum CallEnd: Sendable {
    case ended(Result<ValueMapping, StepError>)
    /// The run that was called is paused, or waits for something.
    case suspended(CallWait)
}

extension Engine {
    /// Takes the run of a call in, where it isn't there yet. Its id follows from the call, so that whoever makes the call
    /// again after a crash finds the run that is there.
    func submit(_ call: Call, in environment: RunEnvironment) throws(EngineError) -> RunID {
        let run = call.run
        if try store.exists(run) { return run }
        guard let called = environment.calls[call.workflow] else {
            throw EngineError(
                .definition, "there is no workflow \(call.workflow) in its commit that can be called",
                object: "step \(call.step)", hint: "wfrepo check \(call.caller.definition.workflow)")
        }
        try refuseCircle(call)
        let values = try inputs(of: call, called)
        var request = RunRequest(
            workflow: called.workflow, definition: called.definition, source: called.source,
            // The caller's secrets are handed over in memory alone.
            inputs: environment.mask.maskedValues(of: values),
            trigger: RunTrigger(
                event: RunTrigger.call, source: "\(call.phase == .undo ? "undo of " : "")step \(call.step)",
                run: call.caller.run),
            actor: call.caller.actor, correlationID: call.caller.correlationID)
        request.usesCache = call.caller.usesCache
        return try submit(request, as: run, retrying: try plan(for: request, of: call, in: environment))
    }

    /// What the run of a call takes over of the one that it tries again.
    private func plan(
        for request: RunRequest, of call: Call, in environment: RunEnvironment
    ) throws(EngineError) -> RetryPlan? {
        guard let retried = call.retried, try store.exists(retried) else { return nil }
        let old = try store.record(retried)
        guard old.status.isFinal else { return nil }
        return try RetryPlan(
            of: old, try workflow(of: old), as: request, in: own(environment, of: call))
    }

    /// What the run of a call gets from the process that makes it.
    private func own(_ environment: RunEnvironment, of call: Call) throws(EngineError) -> RunEnvironment {
        var own = environment
        own.slowness = nil
        own.hidden += environment.secrets.values
        own.secrets = environment.calls[call.workflow]?.secrets ?? [:]
        own.inputs = try environment.calls[call.workflow].map { called throws(EngineError) in
            try inputs(of: call, called)
        }
        return own
    }

    private func inputs(of call: Call, _ called: CalledWorkflow) throws(EngineError) -> ValueMapping {
        let (values, faults) = InputResolver(called.workflow.inputs).resolve(values: call.inputs)
        guard faults.isEmpty else {
            throw EngineError(
                .invalidInput, "\(call.workflow): " + faults.map(\.description).joined(separator: "; "),
                object: "step \(call.step)")
        }
        return values
    }

    /// Drives the run of a call until it is over or left, on the calling thread. Where another process drives it, waits for
    /// that one.
    func drive(_ run: RunID, of call: Call, in environment: RunEnvironment) throws(EngineError) -> CallEnd {
        let own = try own(environment, of: call)
        try goOn(with: run, answering: call.answer)
        while true {
            do throws(EngineError) {
                let record = try drive(run, in: own)
                // An undo waits with what it called.
                guard call.phase == .undo, !record.status.isFinal, !isGivingUp else { return Self.end(of: record) }
                while try !store.canGoOn(run), !isGivingUp { usleep(200_000) }
            } catch {
                guard error.code == .driven else { throw error }
                if isGivingUp { return Self.end(of: try store.record(run)) }
                usleep(200_000)
            }
        }
    }

    private static func end(of record: RunRecord) -> CallEnd {
        switch record.status {
        case .succeeded:
            var outputs = record.outputs
            outputs["run"] = .string(record.run.description)
            return .ended(.success(outputs))
        case let status where status.isFinal:
            let reason = record.error.map { ": " + ($0.step.map { "step \($0): " } ?? "") + $0.error.message } ?? ""
            return .ended(
                .failure(
                    StepError(
                        status == .cancelled ? StepError.cancelledKind : StepError.callKind,
                        "run \(record.run) of \(record.definition.workflow) \(status.rawValue)\(reason)")))
        case let status:
            let step = record.steps.first { $0.waiting != nil }
            let waits = step.flatMap { step in step.waiting.map { "; step \(step.id) \($0.summary)" } } ?? ""
            let command =
                status == .paused
                ? "wfrepo runs resume \(record.run)"
                : step.flatMap { $0.waiting?.command(for: $0.id, of: record.run) }
            return .suspended(CallWait(run: record.run, reason: "it is \(status.rawValue)\(waits)", command: command))
        }
    }

    /// Has the run of a call go on where it is paused, or asks what whoever resumed its caller has answered.
    private func goOn(with run: RunID, answering answer: Value?) throws(EngineError) {
        let record = try store.record(run)
        let asks = record.steps.contains { $0.waiting?.endsByResuming == true }
        guard record.status == .paused || answer != nil && asks else { return }
        do throws(EngineError) {
            try send(.resume(answer: answer ?? .null), to: run)
        } catch {
            // Somebody else was faster.
            guard error.code == .refused else { throw error }
        }
    }

    /// A circle is found when it is saved, too; this is for definitions that came around that check.
    private func refuseCircle(_ call: Call) throws(EngineError) {
        var depth = 1
        var caller: RunRecord? = call.caller
        while let record = caller {
            guard record.definition.workflow != call.workflow, depth < CallCheck.maximumDepth else {
                throw EngineError(
                    .definition,
                    depth < CallCheck.maximumDepth
                        ? "workflows call each other in a circle: \(call.workflow) is called by itself"
                        : "workflows call one another more than \(CallCheck.maximumDepth) deep",
                    object: "step \(call.step)")
            }
            depth += 1
            caller = try record.trigger.caller.map { run throws(EngineError) in try store.record(run) }
        }
    }
}

extension Call {
    /// The id of its run: the caller's time, and a hash of what tells this call from all others.
    var run: RunID {
        let undo = phase == .undo ? "/undo" : ""
        let hash = Array(SHA256.hash(data: Array("\(caller.run)/\(step)\(undo)/\(number)".utf8)))
        func bits(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64(hash[$1]) } }
        return RunID(high: caller.run.high & ~0xFFFF | bits(0..<2), low: bits(2..<10))
    }
}

extension StepError {
    /// The class of a step whose called workflow did not succeed.
    static let callKind = "workflow"
}
