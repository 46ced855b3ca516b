import ArgumentParser
import DocumentTree
import Glibc
import WorkflowEngine

/// What a kind's own process does: it reads a request, does the work, and answers (`ProgramKind` says how).
struct KindWorkCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "kind-work", abstract: "Do the work of a step.", shouldDisplay: false)

    @Flag(help: "Do the work of one step after another: a request a line, and an answer a line.")
    var serve = false

    func run(in context: CommandContext) throws {
        if serve { return try serveRequests(in: context) }
        do {
            let answer = try answer(try context.readFile("-"), context)
            context.output.write(try Value.mapping(answer).json(JSONFormat(nonFinite: .null)))
        } catch {
            context.output.write(try Value.mapping(["error": Self.failure(error)]).json(JSONFormat(nonFinite: .null)))
            throw Ended(status: .negative)
        }
    }

    /// Goes on until there is no further request: whoever sent them is gone, or wants no more.
    private func serveRequests(in context: CommandContext) throws {
        var requests = InputLines(descriptor: STDIN_FILENO)
        while let request = requests.next(), context.output.failure == nil {
            let reply: ValueMapping
            do {
                reply = ["outputs": .mapping(try answer(request, context))]
            } catch {
                reply = ["error": Self.failure(error)]
            }
            context.output.writeLine(try Value.mapping(reply).json(JSONFormat(nonFinite: .null)))
            context.output.flush()
        }
    }

    private func answer(_ request: [UInt8], _ context: CommandContext) throws -> ValueMapping {
        let request = try Document.parseOne(request, name: "request.json").value()
        if let folder = request["directory"]?.string, chdir(folder) != 0 {
            throw StepError("file", "cannot work in \(folder): \(String(cString: strerror(errno)))")
        }
        return try work(request, context)
    }

    private static func failure(_ error: any Error) -> Value {
        let failure =
            error as? StepError ?? StepError("error", CommandFailure(for: error).message)
        var described: ValueMapping = ["class": .string(failure.kind), "message": .string(failure.message)]
        if let wait = failure.retryAfter { described["retry_after"] = .integer(Int(wait.components.seconds)) }
        return .mapping(described)
    }

    private func work(_ request: Value, _ context: CommandContext) throws -> ValueMapping {
        if request["kind"] == "emit" { return try EmittedEvent(request: request).start(in: context) }
        return try KindWork.perform(request, environment: context.environment, now: context.now.seconds) {
            context.errors.write($0)
            context.errors.flush()
        }
    }
}
