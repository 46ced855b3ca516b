/// What a script's process is started with.
struct ScriptStart {
    var command: ShellCommand
    /// Where programs are looked for, as in `PATH`.
    var searchPath: String
    /// The step's own variables.
    var variables: [String: String]
    var directory: String
    var limits: [ProcessLimit]

    /// Makes the process.
    ///
    /// - Parameter environment: What every step gets besides.
    func process(_ environment: StepEnvironment, _ pace: ProgramStart.Pace) throws(EngineError) -> ChildProcess {
        try ChildProcess(
            arguments: command.arguments,
            instead: command.plain.map { ($0.candidates(searchPath: searchPath), $0.words) },
            environment: environment.entries(with: variables), directory: directory, limits: limits, pace: pace)
    }
}
