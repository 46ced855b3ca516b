import ArgumentParser
import Glibc

/// The program: from arguments to an exit status.
public enum Program {
    /// Runs one command and returns the exit status for the shell.
    ///
    /// - Parameters:
    ///   - arguments: The command line without the program's name.
    ///   - program: The absolute path of the running program.
    ///   - environment: The environment's variables.
    ///   - directory: The current folder, absolute.
    public static func run(
        arguments: [String], program: String, environment: [String: String], directory: String
    ) -> Int32 {
        var context = CommandContext(program: program, environment: environment, directory: directory)
        let status = end(&context) { context throws in
            let options = try GlobalOptions(parsing: arguments)
            try context.apply(options)
            try perform(LogCommand.readingCounts(options.rest), in: context)
        }
        context.output.flush()
        context.errors.flush()
        guard let failure = context.output.failure else { return status.rawValue }
        return outputFailed(failure, in: context, status: status)
    }

    private static func perform(_ arguments: [String], in context: CommandContext) throws {
        let named = try NamedCommand(arguments)
        if let command = named.parsed() { return try command.run(in: context) }
        var command = try RootCommand.parseAsRoot(arguments)
        guard let command = command as? any WfrepoCommand else { return try command.run() }
        try command.run(in: context)
    }

    /// Runs `body` and turns what it throws into a message and a status: the one place where that is done.
    private static func end(_ context: inout CommandContext, _ body: (inout CommandContext) throws -> Void)
        -> ExitStatus
    {
        do {
            try body(&context)
            return .success
        } catch let ended as Ended {
            return ended.status
        } catch {
            context.output.flush()
            if let failure = CommandFailure(describing: error) {
                context.errors.report(failure)
                return failure.status
            }
            let text = RootCommand.fullMessage(for: error)
            guard RootCommand.exitCode(for: error).isSuccess else {
                let message = text.hasPrefix("Error: ") ? String(text.dropFirst("Error: ".count)) : text
                context.errors.report(CommandFailure(message))
                return .usage
            }
            context.output.writeLine(text)
            return .success
        }
    }

    /// A reader that went away is no failure of ours; any other lost output is.
    private static func outputFailed(_ failure: Int32, in context: CommandContext, status: ExitStatus) -> Int32 {
        guard failure != EPIPE else { return status.rawValue }
        context.errors.writeLine("wfrepo: writing the output failed: \(String(cString: strerror(failure)))")
        context.errors.flush()
        return ExitStatus.failure.rawValue
    }
}

extension CommandContext {
    /// What a command works with before any option is applied: the standard streams, without colour.
    init(program: String, environment: [String: String], directory: String) {
        self.init(
            program: program, environment: environment, directory: directory,
            terminal: .current(environment: environment),
            output: TextOutput(descriptor: STDOUT_FILENO, isColored: false),
            errors: TextOutput(descriptor: STDERR_FILENO, isColored: false))
    }

    /// Applies the options that stand before the command.
    mutating func apply(_ options: GlobalOptions) throws(CommandFailure) {
        for directory in options.directories { self.directory = absolute(directory) }
        if !options.directories.isEmpty, chdir(directory) != 0 {
            throw CommandFailure("cannot change to '\(visibleLine(directory))': \(String(cString: strerror(errno)))")
        }
        if let path = options.gitDirectory { environment["GIT_DIR"] = path }
        if let path = options.workTree { environment["GIT_WORK_TREE"] = path }
        if !options.usesPager { environment["WFREPO_PAGER"] = "cat" }
        output.isColored = isColored(options.color, isTerminal: terminal.outputIsTerminal)
        errors.isColored = isColored(options.color, isTerminal: terminal.errorIsTerminal)
    }

    private func isColored(_ choice: ColorChoice, isTerminal: Bool) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto: isTerminal && variable("NO_COLOR") == nil && variable("TERM") != "dumb"
        }
    }
}
