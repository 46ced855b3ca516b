internal import DocumentTree
internal import WorkflowLanguage

extension RunDriver {
    /// Begins an attempt whose work is a script.
    func startScript(
        _ rendering: ShellScript.Rendering, shell: String, _ preparation: Preparation
    ) throws(StepError) {
        let start = try scriptStart(rendering, shell: shell, preparation)
        let process: ChildProcess
        do {
            process = try start.process(environment, .beside)
        } catch {
            throw StepError("spawn", error.description)
        }
        try begin(process, start, preparation)
    }

    /// Begins an attempt whose work a process does.
    func begin(_ process: ChildProcess, _ start: ScriptStart, _ preparation: Preparation) throws(StepError) {
        let id = nextAttempt
        nextAttempt += 1
        let attempt = ShellAttempt(
            process, marks: marks(of: start.variables),
            capture: capture(preparation.fileName), outputFile: "\(scratchFile(preparation)).out",
            logLimits: configuration.limits, limits: preparation.limits, buffer: buffer)
        strays.active.insert(process.pid)
        attempts[id] = RunningAttempt(
            position: preparation.position, phase: preparation.phase, work: .shell(attempt))
        do {
            try reactor.watch(process.ended, as: RunningAttempt.token(id, nil))
            try reactor.watch(process.standardOutput, as: RunningAttempt.token(id, .standardOutput))
            try reactor.watch(process.standardError, as: RunningAttempt.token(id, .standardError))
        } catch {
            throw StepError("spawn", error.description)
        }
        unjournaled.append(
            StartedProcess(
                position: preparation.position, phase: preparation.phase, number: preparation.number, pid: process.pid))
    }

    /// What a script's process is started with. What is too large for that, or is wanted as a file, is written.
    func scriptStart(
        _ rendering: ShellScript.Rendering, shell: String, _ preparation: Preparation
    ) throws(StepError) -> ScriptStart {
        try requireAllowed(program: shell)
        try preparation.variables.requirePassable()
        let scratch = scratchFile(preparation)
        var variables = preparation.variables
        variables.merge(rendering.environment) { $1 }
        if let answer = execution.steps[preparation.position].record.answer, preparation.phase == .do {
            try pass(answer, to: &variables, file: "\(scratch).answer")
        }
        for (name, content) in rendering.files {
            let file = "\(scratch).\(name)"
            try ShellCommand.write(content, to: file)
            variables[name] = file
        }
        let path = searchPath(for: variables)
        return ScriptStart(
            command: try ShellCommand(
                shell: shell, text: rendering.text, searchPath: path, file: "\(scratch).script"),
            searchPath: path, variables: variables, directory: preparation.directory,
            limits: ProcessLimit.limits(preparation.limits.resources))
    }

    /// What the paths of the attempt's files begin with.
    private func scratchFile(_ preparation: Preparation) -> String {
        "\(configuration.scratchFolder(run))/\(preparation.fileName)"
    }

    /// Hands an answer to the attempt: as JSON in a file and, where an environment holds it, as a variable.
    private func pass(_ answer: Value, to variables: inout [String: String], file: String) throws(StepError) {
        let json = answer.canonicalText
        try ShellCommand.write(json, to: file)
        variables["WFREPO_ANSWER_FILE"] = file
        let text = answer.string ?? json
        if text.utf8.count <= Self.longestAnswer, !text.utf8.contains(0) { variables["WFREPO_ANSWER"] = text }
    }

    /// The longest answer that is passed as a variable, of which Linux takes 128 KiB.
    private static let longestAnswer = 100 << 10
}
