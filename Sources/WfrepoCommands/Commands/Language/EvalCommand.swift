import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowLanguage

struct EvalCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate an expression and print its value as JSON.",
        discussion: """
            The language is GitHub Actions' (docs/expressions.md). The context's file is a JSON object whose keys are \
            the contexts: inputs, env, steps, trigger, run, workflow, matrix. NaN and Infinity are printed bare. Write -- \
            before an expression that starts with a dash.

            Example: wfrepo eval --context context.json "inputs.full && steps.load.outputs.rows > 10"
            """)

    @Option(
        help: ArgumentHelp("The contexts, as a JSON object; - reads standard input.", valueName: "file.json"),
        completion: .file())
    var context: String?

    @Argument(help: "The expression, without ${{ }}.")
    var expression: String

    func run(in environment: CommandContext) throws {
        do {
            let parsed = try Expression.parse(expression)
            let value = try parsed.evaluate(
                in: TrialContext(values: ConstantContext(try contexts(environment)), folder: environment.directory))
            environment.output.writeLine(try value.json(JSONFormat(nonFinite: .bare)))
        } catch let error as ExpressionError {
            throw CommandFailure("\(error.position): \(error.message)", hint: error.hint, status: .negative)
        }
    }

    private func contexts(_ environment: CommandContext) throws -> ValueMapping {
        guard let context else { return ValueMapping() }
        let value = try Value(json: try environment.readFile(context), name: context)
        guard let mapping = value.mapping else {
            throw CommandFailure(
                "\(context): not a JSON object", hint: "its keys are the names of contexts: {\"inputs\": {…}}")
        }
        return mapping
    }
}

/// The contexts that somebody gives to try an expression, and the files of the current folder.
private struct TrialContext: EvaluationContext {
    let values: ConstantContext
    let folder: String

    func value(of name: String) throws -> Value? {
        guard var value = values.value(of: name), ContextName(name) == .steps, let steps = value.mapping else {
            return values.value(of: name)
        }
        // As in a run, where `result` is another name of `outputs`.
        for (id, step) in steps.entries where step["outputs"] != nil && step["result"] == nil {
            var step = step
            step["result"] = step["outputs"]
            value[id] = step
        }
        return value
    }

    func holds(_ function: StatusFunction) -> Bool { values.holds(function) }

    func hashFiles(_ patterns: [String]) throws -> String { try FileHashes(folder: folder).hash(patterns) }
}
