import Testing
import WorkflowEngine
import WorkflowLanguage

@Suite struct StateMachineTests {
    /// The transitions of a run, as docs/engine.md draws them.
    private static let runs: [RunStatus: Set<RunStatus>] = [
        .queued: [.running, .paused, .cancelled],
        .running: [.waiting, .paused, .succeeded, .failed, .cancelled],
        .waiting: [.running, .paused, .failed, .cancelled],
        .paused: [.running, .cancelled],
        .succeeded: [],
        .failed: [.compensating],
        .cancelled: [.compensating],
        .compensating: [.compensated, .compensationFailed],
        .compensated: [],
        .compensationFailed: [],
    ]

    /// The transitions of a step, as docs/engine.md draws them.
    private static let steps: [StepStatus: Set<StepStatus>] = [
        .pending: [.ready, .skipped, .succeeded],
        .ready: [.running, .skipped, .succeeded, .cancelled],
        .running: [.retrying, .waiting, .succeeded, .failed, .skipped, .cancelled],
        .retrying: [.running, .succeeded, .failed, .skipped, .cancelled],
        .waiting: [.retrying, .succeeded, .failed, .skipped, .cancelled],
        .succeeded: [.compensating],
        .failed: [.compensating],
        .skipped: [.compensating],
        .cancelled: [.compensating],
        .compensating: [.compensated, .compensationFailed],
        .compensated: [],
        .compensationFailed: [],
    ]

    @Test(arguments: RunStatus.allCases) func aRunGoesOnlyWhereItMay(status: RunStatus) throws {
        #expect(Set(RunStateMachine(status: status).allowed) == Self.runs[status])
        for event in RunEvent.allCases {
            var machine = RunStateMachine(status: status)
            do {
                _ = try machine.apply(event)
                #expect(Self.runs[status]?.contains(machine.status) == true)
            } catch {
                #expect(machine.status == status)
            }
        }
    }

    @Test(arguments: StepStatus.allCases) func aStepGoesOnlyWhereItMay(status: StepStatus) throws {
        let id = try #require(StepID("build"))
        #expect(Set(StepStateMachine(step: id, status: status).allowed) == Self.steps[status])
        for event in StepEvent.allCases {
            var machine = StepStateMachine(step: id, status: status)
            do {
                try machine.apply(event)
                #expect(Self.steps[status]?.contains(machine.status) == true)
            } catch {
                #expect(machine.status == status)
            }
        }
    }

    /// Random walks: whatever happens in whatever order, the end can still be reached.
    @Test(arguments: 0..<64) func everyRunEnds(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var machine = RunStateMachine()
        for _ in 0..<200 {
            guard let event = RunEvent.allCases.randomElement(using: &random) else { return }
            _ = try? machine.apply(event)
        }
        var reachable: Set<RunStatus> = [machine.status]
        while let next = reachable.flatMap({ Self.runs[$0] ?? [] }).first(where: { !reachable.contains($0) }) {
            reachable.insert(next)
        }
        #expect(reachable.contains { $0.isFinal })
    }

    @Test func anIllegalTransitionNamesBothStatesAndWhatIsAllowed() {
        var machine = RunStateMachine(status: .succeeded)
        #expect {
            _ = try machine.apply(.pause)
        } throws: { error in
            "\(error)" == "the run is succeeded and cannot become paused (pause); allowed from succeeded: "
                + "nothing: it is over"
        }
    }

    @Test func aFinishedRunIsHandedToTheRecorder() throws {
        var machine = RunStateMachine()
        #expect(try machine.apply(.start) == [.dispatch])
        #expect(try machine.apply(.fail) == [.finish])
        #expect(try machine.apply(.compensate) == [.undo])
        #expect(try machine.apply(.compensated) == [.finish])
    }
}

/// A small deterministic generator (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
