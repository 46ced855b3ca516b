import ArgumentParser
import DocumentTree
import Glibc
import WorkflowEngine

/// What a kind's own process does: it reads a request, does the work, and answers (`ProgramKind` says how).
struct KindWorkCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "kind-work", abstract: "Do the work of a step.", shouldDisplay: false)

    func run(in context: CommandContext) throws {
        let answer: ValueMapping
        do {
            let request = try Document.parseOne(try context.readFile("-"), name: "request.json").value()
            if let folder = request["directory"]?.string, chdir(folder) != 0 {
                throw StepError("file", "cannot work in \(folder): \(String(cString: strerror(errno)))")
            }
            answer = try work(request, context)
        } catch {
            let failure =
                error as? StepError ?? StepError("error", CommandFailure(describing: error)?.message ?? "\(error)")
            var error: ValueMapping = ["class": .string(failure.kind), "message": .string(failure.message)]
            if let wait = failure.retryAfter { error["retry_after"] = .integer(Int(wait.components.seconds)) }
            context.output.write(
                try Value.mapping(["error": .mapping(error)]).json(JSONFormat(nonFinite: .null)))
            throw Ended(status: .negative)
        }
        context.output.write(try Value.mapping(answer).json(JSONFormat(nonFinite: .null)))
    }

    private func work(_ request: Value, _ context: CommandContext) throws -> ValueMapping {
        if request["kind"] == "emit" { return try EmittedEvent(request: request).start(in: context) }
        return try KindWork.perform(request, environment: context.environment, now: context.now.seconds) {
            context.errors.write($0)
            context.errors.flush()
        }
    }
}
