import DocumentTree
import WorkflowEngine
import WorkflowLanguage

/// Something that is asked of a run, whoever drives it.
struct ControlRequest {
    let session: RunSession
    let run: RunID

    /// - Parameter text: The run as a person names it.
    init(_ text: String, in context: CommandContext) throws {
        session = try RunSession(context)
        run = try RunDirectory(session: session).run(text)
    }

    /// What became of a request.
    struct Outcome {
        var action: ControlAction
        var continuation: Continuation
        /// Whether a person has paused the run, so that nothing more follows from it now.
        var isPaused = false
    }

    /// Who goes on with the run.
    enum Continuation: String {
        /// Whoever drives it: another process.
        case driver
        /// A process in the background that was started for it.
        case background
        /// This command did what there was to do.
        case done
        /// Nobody can yet: a secret is missing here.
        case held
    }

    /// Asks for it. Where nobody drives the run, it is taken up: here where that is short, else in the background.
    func send(_ wish: RunSignal.Wish, inForeground: Bool = false) throws -> Outcome {
        let action = try ask(wish)
        let isPaused = try session.engine.store.status(of: run) == .paused && !wish.endsPause
        return Outcome(
            action: action, continuation: try continuing(inForeground: inForeground), isPaused: isPaused)
    }

    /// Asks for it, and leaves it to others to go on with the run.
    func ask(_ wish: RunSignal.Wish) throws -> ControlAction {
        let signal = RunSignal(wish, from: try session.actor())
        do throws(EngineError) {
            let action = try session.engine.send(signal, to: run)
            tell(action, try session.engine.store.record(run))
            return action
        } catch {
            guard error.code == .unknownRun else { throw error }
            // What is not in the journal any more is over; git has its record.
            let record = try RunDirectory(session: session).record(run)
            throw CommandFailure(
                "run \(run) is over: \(record.status.rawValue)", hint: "try it again: wfrepo runs retry \(run)",
                status: .negative)
        }
    }

    private func tell(_ action: ControlAction, _ record: RunRecord) {
        let trail = session.context.auditTrail(session.repository, "wfrepo runs \(action.name)")
        session.context.tell([trail.event(action, of: record)], to: trail, in: session.repository)
    }

    private func continuing(inForeground: Bool) throws -> Continuation {
        guard try !session.engine.isDriven(run) else { return .driver }
        if inForeground {
            return try session.driveUnlessDriven(run) { _ in } == nil ? .driver : .done
        }
        guard try session.engine.runsToTakeUp().contains(run) else { return .done }
        return try session.takeUpInBackground(run) ? .background : .held
    }
}

extension RunSignal.Wish {
    /// Whether a run that a person paused goes on by it.
    fileprivate var endsPause: Bool {
        switch self {
        case .resume, .cancel: true
        default: false
        }
    }
}

extension ControlRequest.Outcome {
    /// Says in a line what was done, or as JSON.
    func write(_ text: String, to context: CommandContext, asJSON: Bool) throws {
        guard !asJSON else { return try context.output.writeJSON(value) }
        context.output.writeLine(visibleLine(text))
        switch continuation {
        case .background where isPaused:
            context.output.writeLine("the run stays paused; go on with: wfrepo runs resume \(action.run)")
        case .background: context.output.writeLine("it goes on in the background: wfrepo runs watch \(action.run)")
        case .driver, .done, .held: break
        }
    }

    private var value: Value {
        [
            "action": .string(action.name), "run": .string(action.run.description),
            "step": Value(action.step?.description),
            "by": action.actor.map { ["name": .string($0.name), "email": .string($0.email)] } ?? .null,
            "data": .mapping(action.data), "at": .string(action.time.description),
            "continues": .string(continuation.rawValue),
        ]
    }
}
