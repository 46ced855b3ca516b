import ArgumentParser

/// A command: it parses its arguments and shows what the libraries answer.
protocol WfrepoCommand: ParsableCommand {
    /// Its name, and what its help says.
    static var manual: CommandConfiguration { get }
    /// Does the command's work; throws what stopped it.
    func run(in context: CommandContext) throws
}

extension WfrepoCommand {
    /// The manual, with the name of the program above it: parsed alone, a command then looks for no completion script,
    /// which costs more than all of its own arguments.
    static var configuration: CommandConfiguration {
        var configuration = manual
        configuration._superCommandName = RootCommand.name
        if Parsing.isAlone { configuration.helpNames = [] }
        return configuration
    }

    /// The command with arguments that ask for no help, parsed without the commands around it; nil where they are wrong.
    static func parsedAlone(_ arguments: [String]) -> Self? {
        // Cast to its own type: whether a type is a command, Swift finds out by a search through all conformances there are.
        Parsing.$isAlone.withValue(true) { try? parseAsRoot(arguments) as? Self }
    }

    func run() throws { throw CleanExit.helpRequest(self) }
}

/// How arguments are being parsed.
private enum Parsing {
    /// Whether nobody asks for help: to make up the names of the options for it takes a tenth of the time of parsing.
    @TaskLocal static var isAlone = false
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

    @Option(help: ArgumentHelp("Append diagnostics to a file, as JSON lines.", valueName: "file"), completion: .file())
    var logFile: String?
}
