import ArgumentParser

/// A command: it parses its arguments and shows what the libraries answer.
protocol WfrepoCommand: ParsableCommand {
    /// Does the command's work; throws what stopped it.
    func run(in context: CommandContext) throws
}

extension WfrepoCommand {
    func run() throws { throw CleanExit.helpRequest(self) }
}

/// When to colour what is printed.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

/// The form of a command's answer.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON, for scripts.")
    var json = false
}

/// How long people wait is told by these.
struct DiagnosticOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say what happens.")
    var verbose = false

    @Flag(help: "Say what happens, and why.")
    var debug = false

    @Option(help: ArgumentHelp("Append diagnostics to a file, as JSON lines.", valueName: "file"))
    var logFile: String?
}
