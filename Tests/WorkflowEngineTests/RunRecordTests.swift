import DocumentTree
import GitStore
import Testing
import WorkflowEngine
import WorkflowLanguage

@Suite struct RunRecordTests {
    @Test func hasTheKeysOfTheSchemaInOrder() throws {
        let value = try sampleRecord().value
        #expect(
            value.mapping?.keys == [
                "schema", "run", "workflow", "title", "version", "commit", "tree", "branch", "path", "blob",
                "uncommitted", "definition_hash", "status", "trigger", "actor", "inputs", "queued", "started", "ended",
                "duration_ms", "correlation_id", "host", "workspace", "steps", "error",
            ])
        #expect(value["schema"] == "wfrepo.run/1")
        #expect(value["started"] == "2026-11-01T02:00:00.000Z")
        #expect(value["duration_ms"] == 1500)
        #expect(value["version"] == 7)
        #expect(value["steps"]?.items?.first?["attempts"]?.items?.first?["error"]?["class"] == "exit")
    }

    @Test func comesBackAsItWas() throws {
        let record = try sampleRecord()
        #expect(try RunRecord(record.value) == record)
    }

    @Test func namesTheKeyThatIsWrong() throws {
        var value = try sampleRecord().value
        value["status"] = "exploded"
        #expect(throws: EngineError(.malformed, "\"status\" has the unknown value \"exploded\"", object: "run record"))
        {
            try RunRecord(value)
        }
        value["steps"] = [["id": "load"]]
        value["status"] = "failed"
        #expect(throws: EngineError(.malformed, "\"steps[0].status\" is not a string", object: "run record")) {
            try RunRecord(value)
        }
        #expect(throws: EngineError.self) { try RunRecord(.null) }
    }

    @Test(arguments: [-1, .max])
    func noLogHasSoManyBytes(claimed: Int) throws {
        var record = try sampleRecord()
        record.steps[0].log = LogRecord(bytes: 4, omitted: claimed, sha256: "", tail: "")
        #expect(
            throws: EngineError(
                .malformed, "\"steps[0].log.omitted\" is not a number of bytes", object: "run record")
        ) {
            try RunRecord(record.value)
        }
    }
}

/// A failed run of one step.
func sampleRecord() throws -> RunRecord {
    let start = try #require(Timestamp("2026-11-01T02:00:00.000Z"))
    let end = start.advanced(by: .milliseconds(1500))
    var step = StepRecord(id: try #require(StepID("load")), title: "Load", status: .failed)
    step.outcome = .failure
    step.conclusion = .failure
    step.started = start
    step.ended = end
    step.outputs = ["exit": 3, "stdout": ""]
    step.attempts = [
        AttemptRecord(
            number: 1, started: start, ended: end, exit: 3, error: StepError("exit", "the script exited with status 3"))
    ]
    step.log = LogRecord(bytes: 4, sha256: String(repeating: "0", count: 64), tail: "oh\n")
    step.compensation = CompensationRecord(status: .notNeeded)
    return RunRecord(
        run: try #require(RunID("01ARZ3NDEKTSV4RRFFQ69G5FAV")),
        definition: PinnedDefinition(
            workflow: try #require(WorkflowName("billing/invoice")), title: "Invoices", version: 7,
            commit: try #require(CommitID(String(repeating: "1", count: 40))),
            tree: try #require(TreeID(String(repeating: "2", count: 40))), branch: "main",
            path: "workflows/billing/invoice.yaml", blob: try #require(BlobID(String(repeating: "3", count: 40))),
            hash: DefinitionHash(hexadecimal: String(repeating: "4", count: 64))),
        status: .failed, trigger: RunTrigger(event: "manual", source: "wfrepo run"),
        actor: Actor(name: "Ada", email: "ada@example.test"), inputs: ["day": "2026-11-01", "full": false],
        queued: start, started: start, ended: end, correlationID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", host: "build-1",
        workspace: .checkout,
        steps: [step],
        error: RunFailure(step: step.id, error: StepError("exit", "the script exited with status 3")))
}
