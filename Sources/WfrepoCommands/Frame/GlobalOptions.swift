/// The options that stand before the command, as git has them.
struct GlobalOptions {
    /// Folders to change to, in order (`-C DIR`).
    var directories: [String] = []
    var gitDirectory: String?
    var workTree: String?
    var color: ColorChoice = .auto
    var usesPager = true
    /// What is left: the command and its own arguments.
    var rest: [String] = []

    /// Takes the global options off the front of `arguments`; `--color` and `--no-pager` are known behind the command,
    /// too.
    init(parsing arguments: [String]) throws(CommandFailure) {
        var remaining = arguments[...]
        while let argument = remaining.first, argument.hasPrefix("-") {
            remaining.removeFirst()
            switch argument {
            case "-C": directories.append(try Self.value(of: argument, from: &remaining))
            case "--git-dir": gitDirectory = try Self.value(of: argument, from: &remaining)
            case "--work-tree": workTree = try Self.value(of: argument, from: &remaining)
            case _ where argument.hasPrefix("--git-dir="): gitDirectory = String(argument.dropFirst(10))
            case _ where argument.hasPrefix("--work-tree="): workTree = String(argument.dropFirst(12))
            case _ where try takeAnywhere(argument): break
            default:
                rest.append(argument)
                continue
            }
        }
        while let argument = remaining.first, argument != "--" {
            remaining.removeFirst()
            if try !takeAnywhere(argument) { rest.append(argument) }
        }
        rest += remaining
    }

    private mutating func takeAnywhere(_ argument: String) throws(CommandFailure) -> Bool {
        switch argument {
        case "--no-pager": usesPager = false
        case "--no-color": color = .never
        case "--color": color = .always
        case _ where argument.hasPrefix("--color="):
            guard let choice = ColorChoice(rawValue: String(argument.dropFirst(8))) else {
                throw CommandFailure(
                    "\(visibleLine(argument)): not a choice", hint: "use --color=auto, always or never", status: .usage
                )
            }
            color = choice
        default: return false
        }
        return true
    }

    private static func value(of option: String, from remaining: inout ArraySlice<String>) throws(CommandFailure)
        -> String
    {
        guard let value = remaining.popFirst() else {
            throw CommandFailure("\(option) needs a value", hint: "see wfrepo --help", status: .usage)
        }
        return value
    }
}
