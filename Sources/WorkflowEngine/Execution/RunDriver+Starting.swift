internal import DocumentTree
internal import WorkflowLanguage

extension RunDriver {
    /// Begins an attempt; one that cannot begin has failed.
    func start(_ position: Int, _ phase: AttemptPhase, number: Int) {
        do throws(StepError) {
            if try startStandby(position, phase, number: number) { return }
            let inputs = try StepInputs(execution, position: position, phase: phase)
            if phase == .do { execution.noteInputs(of: position, inputs.hash(execution.surroundings.mask)) }
            if takeFromRetried(inputs, position) { return }
            if try takeFromCache(inputs, position) { return }
            let preparation = prepare(inputs, position, number: number)
            switch inputs.work {
            case .script(let rendering, let shell): try startScript(rendering, shell: shell, preparation)
            case .kind(let name, let parameters):
                if phase == .do { try enterCircuit(position, name, parameters) }
                if let kind = configuration.kinds.waiting(name), phase == .do {
                    try requireAllowed(kind: name)
                    suspensions.append((position, try kind.wait(parameters, from: configuration.clock.now)))
                } else if name == Self.callKind {
                    try startCall(position, phase, parameters)
                } else if let own = name.own {
                    try startOwnKind(own, parameters, preparation)
                } else {
                    try startKind(name, parameters, preparation)
                }
            }
        } catch {
            stillborn.append((position, phase, .failed(error)))
        }
    }

    /// What an attempt is started with.
    struct Preparation {
        var position: Int
        var phase: AttemptPhase
        var number: Int
        var step: StepID
        /// The step's own variables.
        var variables: [String: String]
        var directory: String
        /// The beginning of the names of the attempt's files.
        var fileName: String
        var limits: ShellAttempt.Limits
    }

    func prepare(_ inputs: StepInputs, _ position: Int, number: Int) -> Preparation {
        let (id, phase) = (inputs.step.id, inputs.phase)
        let fileName = "\(id)\(phase == .undo ? ".undo" : "").\(number)"
        var variables = inputs.variables
        variables["WFREPO_STEP_ID"] = id.description
        variables["WFREPO_ATTEMPT"] = String(number)
        variables["WFREPO_IDEMPOTENCY_KEY"] = "\(run)/\(id)\(phase == .undo ? "/undo" : "")"
        variables["WFREPO_OUTPUT"] = "\(configuration.scratchFolder(run))/\(fileName).out"
        return Preparation(
            position: position, phase: phase, number: number, step: id, variables: variables,
            directory: inputs.folder.map { $0.hasPrefix("/") ? $0 : "\(directory)/\($0)" } ?? directory,
            fileName: fileName, limits: attemptLimits(position, phase))
    }

    /// - Parameter call: The call that the attempt makes, or goes on with; its time began with its first attempt.
    func attemptLimits(_ position: Int, _ phase: AttemptPhase, of call: Call? = nil) -> ShellAttempt.Limits {
        let step = execution.plan.steps[position]
        var limits = ShellAttempt.Limits(
            deadline: nil, grace: step.grace ?? configuration.grace, linger: configuration.linger,
            resources: resources(of: step))
        if let timeout = phase == .do ? step.timeout : step.compensation?.timeout {
            let error = StepError(StepError.timeoutKind, "the attempt took longer than \(timeout.inWords)")
            let began = call == nil || phase == .undo ? nil : execution.beginningOfCall(position)
            let spent = began.map { configuration.clock.now.since($0) } ?? .zero
            limits.deadline = (.now + (timeout - spent), error)
        }
        if phase == .do, let total = step.totalTimeout, let started = execution.steps[position].record.started {
            let at = ContinuousClock.now + (total - configuration.clock.now.since(started))
            if limits.deadline.map({ at < $0.at }) ?? true {
                let error = StepError(StepError.timeoutKind, "the step took longer than \(total.inWords) in all")
                limits.deadline = (at, error)
            }
        }
        return limits
    }

    private func startKind(_ name: KindName, _ parameters: Value, _ preparation: Preparation) throws(StepError) {
        try requireAllowed(kind: name)
        guard let kind = configuration.kinds[name] else {
            throw StepError("unknown-kind", "there is no kind of step \(name)")
        }
        // What is emitted becomes what other runs are given, and is recorded there.
        let mask = execution.surroundings.mask
        try startKind(kind, name == Self.emitKind ? mask.withoutSecrets(parameters) : parameters, preparation)
    }

    private static let emitKind = KindName("emit")

    func startKind(
        _ kind: any StepKind, _ parameters: Value, _ preparation: Preparation
    ) throws(StepError) {
        let program = kind as? ProgramKind
        if program != nil { try preparation.variables.requirePassable() }
        let id = nextAttempt
        nextAttempt += 1
        let attempt = KindAttempt(
            marks: program?.startsProcesses == true ? marks(of: preparation.variables) : [],
            capture: capture(preparation.fileName), limits: preparation.limits)
        attempts[id] = RunningAttempt(position: preparation.position, phase: preparation.phase, work: .kind(attempt))
        let mailbox = mailbox
        let call = StepCall(
            workflow: execution.header.definition.workflow, run: run, step: preparation.step,
            attempt: preparation.number,
            idempotencyKey: preparation.variables["WFREPO_IDEMPOTENCY_KEY"] ?? "",
            correlationID: execution.header.correlationID, parameters: parameters,
            environment: environment.variables.merging(preparation.variables) { $1 },
            ownVariables: environment.ownNames.union(preparation.variables.keys),
            directory: preparation.directory, scope: scope, limits: preparation.limits.resources,
            grace: preparation.limits.grace,
            print: { mailbox.post(Mailbox.Message(attempt: id, content: .printed($0))) })
        attempt.start(kind, call) { mailbox.post(Mailbox.Message(attempt: id, content: .ended($0))) }
    }

    /// What the processes of an attempt are started with that tells them from all others.
    func marks(of variables: [String: String]) -> [String] {
        ["WFREPO_RUN_ID=\(run)", "WFREPO_IDEMPOTENCY_KEY=\(variables["WFREPO_IDEMPOTENCY_KEY"] ?? "")"]
    }

    func capture(_ fileName: String) -> OutputCapture {
        OutputCapture(
            mask: execution.surroundings.mask,
            log: LogWriter(path: "\(configuration.logFolder(run))/\(fileName).log", limits: configuration.limits),
            limits: configuration.limits)
    }
}
