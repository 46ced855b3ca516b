import ArgumentParser
import DocumentTree
import WorkflowLanguage

struct EvalCommand: WfrepoCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate an expression and print its value as JSON.",
        discussion: """
            The language is GitHub Actions' (docs/expressions.md). The context's file is a JSON object whose keys are \
            the contexts: inputs, env, steps, trigger, run, workflow, matrix. NaN and Infinity are printed bare. Write -- \
            before an expression that starts with a dash.

            Example: wfrepo eval --context context.json "inputs.full && steps.load.outputs.rows > 10"
            """)

    @Option(help: ArgumentHelp("The contexts, as a JSON object; - reads standard input.", valueName: "file.json"))
    var context: String?

    @Argument(help: "The expression, without ${{ }}.")
    var expression: String

    func run(in environment: CommandContext) throws {
        do {
            let parsed = try Expression.parse(expression)
            let value = try parsed.evaluate(in: ConstantContext(try contexts(environment)))
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
                "\(context): not a JSON object", hint: "Its keys are the names of contexts: {\"inputs\": {…}}.")
        }
        return mapping
    }
}
