import DocumentTree
import Foundation
import Testing
import WorkflowEngine
import WorkflowLanguage

/// Eight processes that do at random to the same runs what people and processes do.
@Suite struct ManyProcessesTests {
    private static let flow = """
        workspace: worktree
        steps:
          - {id: a, run: 'echo "$WFREPO_RUN_ID a" >> effects'}
          - {id: gate, uses: approval, with: {count: 2}}
          - {id: go, uses: signal, with: {name: go}}
          - {id: b, run: 'echo "$WFREPO_RUN_ID b" >> effects'}

        """

    @Test func nothingIsLostTakenTwiceOrStuck() throws {
        let folder = try TemporaryFolder()
        try Data(Self.flow.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/test.yaml"))
        let processes = try (1...8).map { seed in
            let process = Process()
            process.executableURL = DriverProcess.program
            process.arguments = [folder.path, "stir", "\(folder.path)/test.yaml", String(seed)]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            return (process, output)
        }
        for (process, output) in processes {
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(text)")
        }
        let engine = try DriverProcess.engine(folder)
        let runs = try engine.store.runs().map(\.run)
        #expect(runs.count >= 8)
        for run in runs { try bringToItsEnd(run, engine, folder) }

        let effects = (folder.read("effects") ?? "").split(separator: "\n").map(String.init)
        for record in try engine.store.runs() {
            #expect(record.status == .succeeded || record.status == .cancelled, "\(record.run)")
            #expect(try engine.store.lease(record.run) == nil)
            for step in record.steps where ["a", "b"].contains(step.id.description) {
                // Each attempt that ended by itself had its effect once, and no other did.
                let count = effects.count { $0 == "\(record.run) \(step.id)" }
                #expect(count == step.attempts.count { $0.exit == 0 } && count <= 1, "\(record.run) \(step.id)")
            }
            let people = record.steps[1].decisions.map(\.person.email)
            #expect(Set(people).count == people.count)
            if record.status == .succeeded { #expect(people.count == 2) }
        }
    }

    /// What nobody happened to do in the end: whatever a run waits for comes.
    private func bringToItsEnd(_ run: RunID, _ engine: Engine, _ folder: TemporaryFolder) throws {
        let gate = try #require(StepID("gate"))
        for round in 0..<12 {
            let record = try engine.store.record(run)
            guard !record.status.isFinal else { return }
            if record.status == .paused { try engine.send(.resume(), to: run) }
            switch record.steps.first(where: { $0.status == .waiting })?.waiting {
            case .approval:
                let person = Actor(name: "Late", email: "late\(round)@example.test")
                try engine.send(RunSignal(.decide(gate, .approved, comment: nil), from: person), to: run)
            case .signal: try engine.send(RunSignal(.deliver(name: "go", data: .null)), to: run)
            default: break
            }
            _ = try engine.driveForTest(run, root: folder.path)
        }
        Issue.record("run \(run) is stuck: \(try engine.store.record(run).status)")
    }
}
