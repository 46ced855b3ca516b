import DocumentTree
import WorkflowEngine
import WorkflowLanguage

/// What people and processes do to runs, at random: start, drive, pause, resume, approve, signal, cancel.
struct Stirring {
    let folder: String
    let file: String
    let seed: UInt64

    func run(rounds: Int) throws {
        var configuration = EngineConfiguration(
            folder: "\(folder)/state", repository: nil, host: "test", parallelism: 2)
        configuration.controlInterval = .milliseconds(20)
        let engine = try Engine(configuration)
        var random = Congruence(state: seed)
        var mine = try engine.submit(try request(file))
        for _ in 0..<rounds {
            let runs = try engine.store.runs().filter { !$0.status.isFinal }.map(\.run)
            let run = runs.randomElement(using: &random) ?? mine
            switch Int.random(in: 0..<12, using: &random) {
            case 0: mine = try engine.submit(try request(file))
            case 1: try send(RunSignal(.pause, from: person), to: run, engine)
            case 2, 3: try send(.resume(from: person), to: run, engine)
            case 4, 5, 6:
                guard let gate = StepID("gate") else { continue }
                try send(RunSignal(.decide(gate, .approved, comment: nil), from: person), to: run, engine)
            case 7, 8: try send(RunSignal(.deliver(name: "go", data: .null), from: person), to: run, engine)
            case 9 where Int.random(in: 0..<4, using: &random) == 0: try send(.cancel(from: person), to: run, engine)
            case 10: for left in try engine.runsToTakeUp().prefix(3) { try drive(left, engine) }
            default: try drive(mine, engine)
            }
        }
    }

    private var person: Actor { Actor(name: "Person \(seed)", email: "person\(seed)@example.test") }

    /// Sends, and drives where nobody does, as the command line does.
    private func send(_ signal: RunSignal, to run: RunID, _ engine: Engine) throws(EngineError) {
        do throws(EngineError) {
            try engine.send(signal, to: run)
        } catch {
            // What makes no sense now is refused, and that is right.
            guard error.code == .refused else { throw error }
            return
        }
        if try !engine.isDriven(run) { try drive(run, engine) }
    }

    private func drive(_ run: RunID, _ engine: Engine) throws(EngineError) {
        let environment = RunEnvironment(variables: ["PATH": "/usr/local/bin:/usr/bin:/bin"], root: folder)
        do throws(EngineError) {
            _ = try engine.drive(run, in: environment)
        } catch {
            guard error.code == .driven else { throw error }
        }
    }
}

/// A small deterministic generator (Knuth, "The Art of Computer Programming", volume 2: MMIX).
private struct Congruence: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 31)
    }
}
