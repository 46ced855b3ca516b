import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine

struct CircuitsListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "list", abstract: "List the services that have failed, and whether they are asked.")

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let circuits = try RunSession(context, isLooking: true).engine.store.circuits()
        let now = context.now.seconds
        if form.json {
            return try context.output.writeJSON(.sequence(circuits.map { $0.value(at: now) }))
        }
        var table = Table()
        for circuit in circuits {
            table.add(
                .init(visible(circuit.name), .bold),
                .init(circuit.state(at: now).rawValue, circuit.state(at: now) == .open ? .red : .dim),
                .init(visible(detail(of: circuit, context)), .dim))
        }
        table.write(to: context.output)
        if circuits.isEmpty { context.errors.writeLine("No service has failed lately where a circuit breaker counts.") }
    }

    private func detail(of circuit: Circuit, _ context: CommandContext) -> String {
        guard let until = circuit.openUntil else {
            return circuit.failures.count == 1 ? "1 failure" : "\(circuit.failures.count) failures"
        }
        if let run = circuit.probe { return "run \(run) tries it" }
        return "until \(RFC3339.text(seconds: until.milliseconds / 1000, offsetMinutes: context.now.offsetMinutes))"
    }
}

extension Circuit {
    /// How a circuit stands.
    enum State: String {
        /// The service is asked.
        case closed
        /// It is not.
        case open
        /// One attempt may ask it, to see whether it works again.
        case halfOpen = "half-open"
    }

    func state(at now: Int) -> State {
        guard let openUntil else { return .closed }
        return openUntil.milliseconds > now * 1000 ? .open : .halfOpen
    }

    /// What scripts learn of it.
    fileprivate func value(at now: Int) -> Value {
        func time(_ time: Timestamp) -> Value { .string(RFC3339.text(seconds: time.milliseconds / 1000)) }
        return [
            "name": .string(name), "state": .string(state(at: now).rawValue),
            "failures": .sequence(failures.map(time)), "open_until": openUntil.map(time) ?? .null,
            "probe": Value(probe?.description),
        ]
    }
}
