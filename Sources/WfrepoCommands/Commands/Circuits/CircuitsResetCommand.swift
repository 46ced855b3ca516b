import ArgumentParser
import DocumentTree
import WorkflowEngine
import WorkflowRecords

struct CircuitsResetCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "reset", abstract: "Forget that services have failed: they are asked again at once.")

    @Argument(help: "The services, as 'wfrepo circuits list' names them.", completion: .circuits)
    var names: [String] = []

    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        guard names.isEmpty == all else {
            throw ValidationError(all ? "give either names or --all" : "which services? Give their names, or --all")
        }
    }

    func run(in context: CommandContext) throws {
        let session = try RunSession(context)
        let store = session.engine.store
        let known = try store.circuits().map(\.name)
        for name in names where !known.contains(name) {
            throw CommandFailure.unknown(
                "nothing is held against '\(visible(name))'", nearest: NearestName.nearest(to: name, among: known),
                listing: "wfrepo circuits list")
        }
        let trail = context.auditTrail(session.repository, "wfrepo circuits reset")
        for name in all ? known : names where try store.resetCircuit(name) {
            context.tell([trail.event(.circuitReset, ["circuit": .string(name)])], to: trail, in: session.repository)
            context.output.writeLine("\(visible(name)) is asked again.")
        }
    }
}
