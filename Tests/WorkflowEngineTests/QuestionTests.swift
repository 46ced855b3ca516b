import DocumentTree
import Foundation
import GRDB
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Steps that ask people something, and go on with the answer.
@Suite struct QuestionTests: WaitingSuite {
    // MARK: Questions

    /// What `wfrepo step interrupt` does in the first attempt of the step `ask`.
    private func ask(_ reason: String, _ data: Value, of run: RunID, in engine: Engine) {
        do {
            let step = try #require(StepID("ask"))
            try engine.send(RunSignal(.interrupt(step, attempt: 1, reason: reason, data: data)), to: run)
        } catch { Issue.record(error) }
    }

    @Test func aStepAsksAndFindsTheAnswer() throws {
        var hasAsked = false
        let flow = try parsed(
            """
            workspace: worktree
            steps:
              - id: ask
                run: |
                  if [ -z "$WFREPO_ANSWER" ]; then echo up; sleep 1000; fi
                  echo "$WFREPO_ATTEMPT $WFREPO_ANSWER $(cat "$WFREPO_ANSWER_FILE")" > told
            """)
        let ran = try WorkflowEngineTests.run(flow) { _ in
        } observer: { engine, run, progress in
            guard case .output = progress, !hasAsked else { return }
            hasAsked = true
            ask("which one?", ["of": 2], of: run, in: engine)
        }
        #expect(ran.record.status == .waiting)
        #expect(ran["ask"]?.waiting == .answer(reason: "which one?", data: ["of": 2]))
        #expect(ran["ask"]?.attempts.map(\.error?.kind) == ["suspended"])
        let kept = try ran.engine.store.read { try String?.fetchAll($0, sql: "SELECT data FROM signals") }
        #expect(kept == [nil])
        let record = try ran.engine.resumeForTest(ran.record.run, root: ran.folder.path, answer: ["pick": "b"])
        #expect(record.status == .succeeded)
        #expect(ran.folder.read("told") == "2 {\"pick\":\"b\"} {\"pick\":\"b\"}\n")
    }

    /// Whoever asks knows no secrets. The journal and its log have none when the run waits.
    @Test func whatAStepAsksIsKeptMasked() throws {
        let secret = "correct-horse-battery"
        var hasAsked = false
        let flow = try parsed(
            "workspace: worktree\nsecrets: [TOKEN]\nsteps:\n  - {id: ask, run: echo up; sleep 1000}\n")
        let ran = try WorkflowEngineTests.run(flow, secrets: ["TOKEN": secret]) { _ in
        } observer: { engine, run, progress in
            guard case .output = progress, !hasAsked else { return }
            hasAsked = true
            ask("is \(secret) right?", [secret: 2], of: run, in: engine)
        }
        #expect(ran["ask"]?.waiting == .answer(reason: "is *** right?", data: ["***": 2]))
        for name in ["state.sqlite", "state.sqlite-wal"] {
            let bytes = try Data(contentsOf: URL(filePath: ran.engine.configuration.folder).appending(path: name))
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }
}
