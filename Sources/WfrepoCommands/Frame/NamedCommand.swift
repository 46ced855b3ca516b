import ArgumentParser
import DocumentTree

/// The command that the words at the front of a command line name.
struct NamedCommand {
    /// The innermost command that is named; the root where none is.
    private(set) var type: any ParsableCommand.Type = RootCommand.self
    /// What stands behind its name.
    private(set) var arguments: ArraySlice<String>

    /// Whether its help is asked for.
    private let isHelp: Bool

    /// Finds the command, also below `runs` and `help`; refuses a word that stands where a command must stand, and names
    /// the nearest one.
    init(_ arguments: [String]) throws(CommandFailure) {
        isHelp = arguments.first == "help"
        self.arguments = isHelp ? arguments.dropFirst() : arguments[...]
        var path = RootCommand.name
        if let word = self.arguments.first, let command = RootCommand.command(named: word) {
            take(command, word: word, path: &path)
        }
        for word in self.arguments {
            let known = type.configuration.subcommands
            guard !word.hasPrefix("-"), !known.isEmpty else { return }
            guard let next = known.first(where: { $0.names.contains(word) }) else {
                // Any word may be what the subcommand takes that stands for none.
                if type is any TakesNames.Type { return }
                let shown = known.filter { $0.configuration.shouldDisplay }.flatMap { $0.names }
                throw .unknown(
                    "'\(visibleLine(word))' is not a \(path) command",
                    nearest: NearestName.nearest(to: word, among: shown).map { "\(path) \($0)" },
                    listing: "\(path) --help", status: .usage)
            }
            take(next, word: word, path: &path)
        }
    }

    private mutating func take(_ command: any ParsableCommand.Type, word: String, path: inout String) {
        type = command
        arguments.removeFirst()
        path += " \(word)"
    }

    /// The command with its arguments, parsed without those that stand around it: a fifth of a short command's time is
    /// spent on them. Nil where the words ask for help or are wrong: parsed from the root, they get the whole answer.
    func parsed() -> (any WfrepoCommand)? {
        guard !isHelp, type != RootCommand.self, !arguments.contains(where: ["-h", "--help"].contains) else {
            return nil
        }
        // What is named by no word takes the arguments, too, without the command above it.
        let taking = type.configuration.defaultSubcommand ?? type
        return (taking as? any WfrepoCommand.Type)?.parsedAlone(Array(arguments))
    }
}

/// A command whose default subcommand takes names, so that a word behind it need not be a subcommand.
protocol TakesNames: ParsableCommand {}

extension ParsableCommand {
    /// What the command may be called by.
    fileprivate static var names: [String] { [_commandName] + configuration.aliases }
}
