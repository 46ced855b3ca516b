internal import Logging
internal import WorkflowLanguage

/// A process that stands by for the first attempt of a step, and ends where it is not wanted.
final class Standby {
    let preparation: RunDriver.Preparation
    /// What the attempt is given.
    let inputs: DefinitionHash
    let start: ScriptStart
    private let process: ChildProcess
    private var isTaken = false

    init(
        _ preparation: RunDriver.Preparation, inputs: DefinitionHash, start: ScriptStart, _ environment: StepEnvironment
    ) throws(EngineError) {
        self.preparation = preparation
        self.inputs = inputs
        self.start = start
        process = try start.process(environment, .standingBy)
    }

    deinit { if !isTaken { _ = process.end() } }

    var pid: Int32 { process.pid }

    /// Lets the process become the step's program; nil where it is gone.
    func take() -> ChildProcess? {
        // Somebody may have ended it.
        guard !process.ended.isReadable else { return nil }
        isTaken = true
        process.go()
        return process
    }
}

/// In a chain of short steps, a core is idle while each of them runs. Half of what a step costs besides can be had in that time: all but
/// the journal, and becoming the program, which is the step's begin and so comes after the journal.
extension RunDriver {
    /// Has a process stand by for the step that is next, where that is known and steps are short.
    func prepareStandby() {
        guard configuration.parallelism > 1, canStandBy, attempts.count == 1, let attempt = attempts.values.first,
            attempt.phase == .do, let next = execution.successor(of: attempt.position),
            standby?.preparation.position != next
        else { return }
        dismissStandby()
        do {
            guard let standby = try makeStandby(next) else { return }
            strays.active.insert(standby.pid)
            self.standby = standby
        } catch {
            // The step is started when its time has come, as all others are.
            canStandBy = false
            configuration.logger.debug("no process can stand by: \(error)", metadata: ["run": "\(run)"])
        }
    }

    /// Begins the attempt with the process that stands by for it; returns whether there is one.
    func startStandby(_ position: Int, _ phase: AttemptPhase, number: Int) throws(StepError) -> Bool {
        guard let standby, standby.preparation.position == position, phase == .do, number == 1 else { return false }
        self.standby = nil
        guard let process = standby.take() else {
            strays.active.remove(standby.pid)
            return false
        }
        execution.noteInputs(of: position, standby.inputs)
        var preparation = standby.preparation
        preparation.limits = attemptLimits(position, phase)
        try begin(process, standby.start, preparation)
        return true
    }

    private func dismissStandby() {
        guard let standby else { return }
        strays.active.remove(standby.pid)
        self.standby = nil
    }

    /// A process for the first attempt of a step, where nothing of what it is started with can depend on the step before: it has no
    /// expressions, takes nothing from a file, and its interpreter is not looked for.
    private func makeStandby(_ position: Int) throws -> Standby? {
        let step = execution.plan.steps[position]
        guard case .shell(let script) = step.work, script.expressions.isEmpty, step.cache == nil,
            step.workingDirectory.map({ $0.literal != nil }) ?? true,
            (execution.plan.workflow.environment + step.environment).allSatisfy({ $0.value.literal != nil })
        else { return nil }
        let inputs = try StepInputs(execution, position: position, phase: .do)
        guard case .script(let rendering, let shell) = inputs.work,
            ShellCommand.isKnown(rendering.text, shell: shell)
        else { return nil }
        let preparation = prepare(inputs, position, number: 1)
        return try Standby(
            preparation, inputs: inputs.hash(execution.surroundings.mask),
            start: scriptStart(rendering, shell: shell, preparation), environment)
    }
}
