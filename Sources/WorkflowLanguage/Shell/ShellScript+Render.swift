import DocumentTree

extension ShellScript {
    /// The largest variable that Linux passes to a program, with its name, `=` and the NUL behind it.
    ///
    /// Source: `MAX_ARG_STRLEN` in execve(2).
    private static let maximumVariable = 128 << 10
    /// What all variables of a script may take together: arguments and environment share about 2 MiB.
    private static let maximumEnvironment = 512 << 10

    /// The script with each expression's value in `context` passed beside it.
    ///
    /// - Throws: As ``Expression/evaluate(in:)`` does, and ``ExpressionError`` for a value that can't be passed.
    public func render(in context: some EvaluationContext) throws -> Rendering {
        try render { try $0.text(in: context) }
    }

    /// The script with each expression's value passed beside it.
    ///
    /// A value with NUL in it can't be passed to a program and is an error, and so is anything but a whole number where
    /// the shell calculates. An expression that stands in the script twice is evaluated once.
    ///
    /// - Parameter evaluate: The text of an expression's value.
    /// - Throws: What `evaluate` throws, and ``ExpressionError``.
    public func render(evaluate: (Expression) throws -> String) throws -> Rendering {
        var variables: [String: Variable] = [:]
        var text = ""
        var preamble = ""
        var rendering = Rendering(text: "", environment: [:], files: [:])
        var size = 0
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .expression(let expression, let quoting):
                let variable: Variable
                if let known = variables[expression.source] {
                    variable = known
                } else {
                    variable = Variable(
                        name: "WFREPO_EXPR_\(variables.count + 1)", value: try Self.value(of: expression, evaluate))
                    variables[expression.source] = variable
                    let bytes = variable.name.utf8.count + variable.value.utf8.count + 2
                    if bytes > Self.maximumVariable || size + bytes > Self.maximumEnvironment {
                        rendering.files[variable.fileName] = variable.value
                        preamble += variable.reading
                    } else {
                        size += bytes
                        rendering.environment[variable.name] = variable.value
                    }
                }
                try Self.check(variable.value, fits: quoting, expression)
                text += quoting == .none ? "\"${\(variable.name)}\"" : "${\(variable.name)}"
            }
        }
        rendering.text = preamble + text
        return rendering
    }

    private struct Variable {
        var name: String
        var value: String

        var fileName: String { name + "_FILE" }

        /// Reads the value from its file: a dot keeps the trailing line breaks that `$(…)` would remove. It stands on the
        /// script's first line, so that the shell's messages count lines as the author does.
        var reading: String { "\(name)=$(cat -- \"$\(fileName)\" && printf .) && \(name)=${\(name)%.}; " }
    }

    private static func value(of expression: Expression, _ evaluate: (Expression) throws -> String) throws -> String {
        let value = try evaluate(expression)
        guard !value.utf8.contains(0) else {
            throw ExpressionError(
                expression.source, at: 0, "the value holds the character NUL, which can't be passed to a program",
                hint: "pass the name of a file instead")
        }
        return value
    }

    private static func check(_ value: String, fits quoting: Quoting, _ expression: Expression) throws {
        guard quoting == .arithmetic else { return }
        let digits = value.utf8.drop { $0 == UInt8(ascii: "-") }
        guard !digits.isEmpty, value.utf8.count - digits.count <= 1,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            throw ExpressionError(
                expression.source, at: 0,
                "where the shell calculates (`$(( … ))`, a subscript, an offset) only a whole number can stand, not `\(value.clipped)`",
                hint: "a shell runs what it calculates with: check the value in `env:` first")
        }
    }
}
