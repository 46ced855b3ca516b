import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// The structured log of a run, how long it is kept, and what earlier runs tell of durations.
@Suite struct RunLogTests {
    private func lines(_ ran: Ran) throws -> [Value] {
        let path = "\(ran.engine.configuration.logFolder(ran.record.run))/events.jsonl"
        let text = String(decoding: try #require(FileBytes.read(path, limit: 1 << 24)), as: UTF8.self)
        return try text.split(separator: "\n").map { try Value(json: String($0)) }
    }

    @Test func everyLineTellsWhatItBelongsTo() throws {
        let ran = try run(workflow([step("a", "echo hello"), step("b", "exit 3")]))
        let lines = try lines(ran)
        for line in lines {
            #expect(line["run"]?.string == ran.record.run.description)
            #expect(line["correlation_id"]?.string == ran.record.correlationID)
            #expect(line["workflow"] == "test")
        }
        #expect(
            lines.map { $0["event"]?.string } == [
                "run-started", "attempt-started", "output", "step-ended", "attempt-started", "step-ended", "run-left",
            ])
        #expect(lines[2]["text"] == "hello\n")
        #expect(lines[5]["level"] == "error")
        #expect(lines[5]["class"] == "exit")
        #expect(lines.last?["status"] == "failed")
    }

    /// As it is, in base64 at each alignment, percent-encoded, and split over writes.
    @Test func secretsAreMaskedInEveryForm() throws {
        let secret = "s3cr3t/value+with?signs"
        let script = """
            printf '%s\\n' "$S"
            for pad in '' x xx; do printf '%s%s' "$pad" "$S" | base64; done
            python3 -c 'import urllib.parse, os; print(urllib.parse.quote(os.environ["S"], safe=""))'
            printf 's3cr3t/va'; sleep 0.1; printf 'lue+with?signs\\n'
            echo "$S" >&2; echo "out=$S" >> "$WFREPO_OUTPUT"; exit 1
            """
        let ran = try run(
            workflow([step("a", script, env: ["S": "${{ secrets.KEY }}"])], secrets: ["KEY"]), secrets: ["KEY": secret])
        let path = "\(ran.engine.configuration.logFolder(ran.record.run))/events.jsonl"
        let text = String(decoding: try #require(FileBytes.read(path, limit: 1 << 24)), as: UTF8.self)
        #expect(text.contains("***"))
        // What base64 makes of the secret's middle, whatever stands before it (RFC 4648).
        for form in [secret, "s3cr3t%2Fvalue%2Bwith%3Fsigns", "czNjcjN0L3Zhb", "MzY3IzdC92YWx1", "zM2NyM3QvdmFsdW"] {
            #expect(!text.contains(form), "\(form)")
        }
        let whole = try lines(ran).compactMap { $0["text"]?.string }.joined()
        #expect(!whole.contains(secret))
    }

    @Test func aFullLogIsSetAside() throws {
        let folder = try TemporaryFolder()
        let ran = try run(workflow([step("a", "true")]))
        let log = RunLog(
            folder: folder.path, record: ran.record, clock: FixedClock(0), limit: 1000)
        for _ in 0..<100 {
            log.add(.attemptStarted(try #require(StepID("a")), .do, number: 1))
            log.flush()
        }
        let (now, before) = (try #require(folder.read("events.jsonl")), try #require(folder.read("events.jsonl.1")))
        #expect(now.utf8.count <= 1000 && before.utf8.count <= 1000)
        #expect(now.hasSuffix("}\n") && before.hasSuffix("}\n") && before.hasPrefix("{"))
    }

    @Test func oldLogsGoAndThoseOfRunsThatAreNotOverStay() throws {
        let ran = try run(workflow([step("a", "echo hello")]))
        let engine = ran.engine
        let waiting = try engine.submit(request(for: workflow([step("a", "true")])))
        try FileBytes.makeFolder(engine.configuration.logFolder(waiting))
        #expect(try engine.removeOldLogs(.standard) == [])
        #expect(try engine.removeOldLogs(Settings(logSize: 1)) == [ran.record.run])
        #expect(try ran.log("a") == nil)
        try FileBytes.makeFolder(engine.configuration.logFolder(ran.record.run))
        #expect(try engine.removeOldLogs(Settings(logAge: .milliseconds(-60_000))) == [ran.record.run])
        #expect(access(engine.configuration.logFolder(waiting), F_OK) == 0)
    }

    @Test func durationsComeFromTheJournal() throws {
        let folder = try TemporaryFolder()
        let engine = try Engine(
            EngineConfiguration(folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2))
        let flow = try workflow([step("a", "true"), step("b", "exit 1")])
        let environment = RunEnvironment(variables: ["PATH": "/usr/bin:/bin"], root: folder.path)
        for count in 1...3 {
            _ = try engine.drive(engine.submit(request(for: flow)), in: environment)
            let earlier = try engine.store.earlierDurations(of: flow.name)
            #expect((earlier.quantile(0.5, of: flow.steps[0].id) != nil) == (count == 3))
            #expect(earlier.quantile(0.5, of: flow.steps[1].id) == nil)
        }
    }

    @Test func quantilesAreNearestRanks() throws {
        let a = try #require(StepID("a"))
        let earlier = EarlierDurations([a: [50, 15, 20, 40, 35]])
        // The example of Wikipedia, "Percentile", the nearest-rank method.
        #expect(earlier.quantile(0.05, of: a) == .milliseconds(15))
        #expect(earlier.quantile(0.3, of: a) == .milliseconds(20))
        #expect(earlier.quantile(0.4, of: a) == .milliseconds(20))
        #expect(earlier.quantile(0.5, of: a) == .milliseconds(35))
        #expect(earlier.quantile(1, of: a) == .milliseconds(50))
    }
}
