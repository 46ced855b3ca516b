internal import DocumentTree
public import WorkflowLanguage

/// What a new run of a run that is over takes from it: the results of the steps that would do the same again.
///
/// A result is taken over only where the step's definition, what it is given (environment and parameters, evaluated) and
/// the results of all that it needs are the same.
public struct RetryPlan: Sendable {
    /// What becomes of a step.
    public enum Decision: Hashable, Sendable {
        /// It has the result that it had.
        case reuse
        /// It runs, for this reason.
        case run(String)
        /// It runs, for this reason; of its items, or of the steps of the run that it calls, those are reused that would do the
        /// same again.
        case runPartly(String)
    }

    /// The run that is tried again.
    public let run: RunID
    /// Each step of the new run, in written order, and what becomes of it.
    public let decisions: [(step: StepID, decision: Decision)]
    /// The results that are taken over, by position, in the order in which they came about.
    let results: [(position: Int, record: StepRecord)]
    /// The steps of which parts are taken over.
    let partlyRetried: [StepID]

    /// Plans.
    ///
    /// - Parameters:
    ///   - old: The run that is tried again; it is over.
    ///   - workflow: The definition that it ran.
    ///   - request: The new run.
    ///   - first: A step from which on everything runs again; nil where that is for the plan to say.
    ///   - environment: What the new run's steps are given.
    /// - Throws: `EngineError.refused` where the old run is not over, `unknownStep` where there is no step `first`.
    public init(
        of old: RunRecord, _ workflow: Workflow, as request: RunRequest, from first: StepID? = nil,
        in environment: RunEnvironment
    ) throws(EngineError) {
        guard old.status.isFinal else {
            throw EngineError(
                .refused, "cannot retry: it is not over, but \(old.status.rawValue)", object: "run \(old.run)",
                hint: "wfrepo runs show \(old.run)")
        }
        var planning = Planning(old, workflow, request, environment)
        if let first { try planning.runAgain(from: first) }
        for position in planning.execution.plan.order { planning.decide(position) }
        run = old.run
        decisions = planning.execution.plan.steps.indices.map { position in
            let id = planning.execution.plan.steps[position].id
            guard let reason = planning.reasons[position] else { return (id, .reuse) }
            return (id, planning.parts[position].map { .runPartly("\(reason); \($0)") } ?? .run(reason))
        }
        partlyRetried = planning.parts.keys.sorted().map { [steps = planning.execution.plan.steps] in steps[$0].id }
        results = planning.results
    }
}

/// A plan in the making: walks through the steps, each behind all that it needs.
private struct Planning {
    let old: RunRecord
    var execution: Execution
    /// Why steps run, by position.
    var reasons: [Int: String] = [:]
    var results: [(position: Int, record: StepRecord)] = []
    /// What is taken over of steps that run, by position.
    var parts: [Int: String] = [:]
    private var oldHashes: [StepID: DefinitionHash] = [:]
    /// Steps that were skipped and will be again, which is the same result.
    private var skipped: Set<Int> = []

    init(_ old: RunRecord, _ workflow: Workflow, _ request: RunRequest, _ environment: RunEnvironment) {
        self.old = old
        for step in workflow.steps { oldHashes[step.id] = step.hash }
        let mask = SecretMask(secrets: environment.secrets.values)
        // Which files match is known only in the new run's workspace.
        let surroundings = Surroundings(
            secrets: environment.secrets, mask: mask, inputs: request.inputs,
            kindTrees: environment.calls.compactMapValues(\.kindTree),
            hashFiles: { _ in throw StepError(StepError.expressionKind, "there are no files yet") })
        var record = old
        record.definition = request.definition
        record.steps = request.workflow.steps.map { StepRecord(id: $0.id) }
        execution = Execution(plan: Plan(request.workflow), record: record, capacity: 1, surroundings: surroundings)
        execution.machine = RunStateMachine(status: .running)
    }

    /// Has a step and all behind it run again.
    mutating func runAgain(from first: StepID) throws(EngineError) {
        guard let start = execution.plan.position(of: first) else {
            throw EngineError(
                .unknownStep, "the workflow has no step \(first)", object: "run \(old.run)",
                hint: "its steps are " + execution.plan.steps.map(\.id.description).joined(separator: ", "))
        }
        reasons[start] = "it was asked for"
        for position in execution.plan.order where reasons[position] == nil {
            let again = execution.plan.needs[position].first { reasons[$0] != nil }
            if let again { reasons[position] = "step \(execution.plan.steps[again].id) runs again" }
        }
    }

    mutating func decide(_ position: Int) {
        guard reasons[position] == nil else { return }
        let id = execution.plan.steps[position].id
        guard let record = old.steps.first(where: { $0.id == id }) else {
            reasons[position] = "run \(old.run) had no such step"
            return
        }
        guard oldHashes[id] == execution.plan.steps[position].hash else {
            reasons[position] = "its definition has changed"
            return
        }
        if let need = execution.plan.needs[position].first(where: { reasons[$0] != nil && !skipped.contains($0) }) {
            reasons[position] = "step \(execution.plan.steps[need].id) runs again"
            return
        }
        if record.status == .skipped, record.intervention == nil {
            return skip(position, record)
        }
        guard record.status == .succeeded else {
            reasons[position] = "it \(Self.words(record.status)) in run \(old.run)"
            return reuseParts(position, record)
        }
        reasons[position] = reasonToRun(position, record)
        if reasons[position] == nil { reuse(position, record) } else { reuseParts(position, record) }
    }

    /// Notes what of a step can be taken over that runs although its definition and what it needs are the same.
    private mutating func reuseParts(_ position: Int, _ record: StepRecord) {
        let step = execution.plan.steps[position]
        guard execution.wouldStart(position), record.intervention == nil, !record.attempts.isEmpty else { return }
        if step.fanOut != nil {
            let items = old.steps.filter { $0.item?.step == step.id }
            let done = items.count { $0.status == .succeeded }
            guard done > 0 else { return }
            parts[position] = "\(done) of \(items.count) items are reused where they are given the same"
        } else if case .kind(RunDriver.callKind, _) = step.work {
            parts[position] = "finished steps of the run that it called are reused"
        }
    }

    private func reasonToRun(_ position: Int, _ record: StepRecord) -> String? {
        guard execution.wouldStart(position) else { return "its condition is decided anew" }
        guard record.intervention == nil else { return nil }
        guard let hash = record.inputsHash else { return "what it was given is not known" }
        do throws(StepError) {
            let inputs = try StepInputs(execution, position: position, phase: .do)
            return inputs.hash(execution.surroundings.mask) == hash ? nil : "what it is given has changed"
        } catch {
            return "what it is given is known only when it runs"
        }
    }

    private mutating func reuse(_ position: Int, _ record: StepRecord) {
        var result = StepRecord(id: record.id, title: record.title, status: .succeeded)
        result.outcome = .success
        result.conclusion = .success
        result.started = record.started
        result.ended = record.ended
        result.outputs = record.outputs
        result.inputsHash = record.inputsHash
        result.kindTree = record.kindTree
        result.reusedFrom = record.reusedFrom ?? old.run
        if execution.plan.steps[position].compensation != nil { result.compensation = CompensationRecord() }
        results.append((position, result))
        take(position, result)
    }

    private mutating func skip(_ position: Int, _ record: StepRecord) {
        reasons[position] = "it was skipped; its condition is decided anew"
        guard !execution.wouldStart(position) else { return }
        skipped.insert(position)
        take(position, record)
    }

    /// Has the steps behind it see the result.
    private mutating func take(_ position: Int, _ record: StepRecord) {
        execution.steps[position].record = record
        execution.steps[position].machine = StepStateMachine(step: record.id, status: record.status)
        execution.stepsContext[record.id.description] = RunContext.value(of: record)
    }

    private static func words(_ status: StepStatus) -> String {
        switch status {
        case .failed, .succeeded: status.rawValue
        case .cancelled, .skipped, .compensated: "was \(status.rawValue)"
        case .compensationFailed: "could not be undone"
        default: "did not run"
        }
    }
}
