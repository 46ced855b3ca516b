import DocumentTree
import Testing
import WorkflowEngine
import WorkflowLanguage

@testable import WorkflowRecords

@Suite struct RunNoteTests {
    private func moment(_ milliseconds: Int) throws -> Timestamp {
        Timestamp(milliseconds: try Timestamp.at("2026-11-21T05:20:00.000Z").milliseconds + milliseconds)
    }

    private func note(of step: StepRecord) throws -> (text: String, step: StepRecord?) {
        var record = try TestRepository().run(1)
        record.steps = [step]
        let note = try RunNote.bytes(of: record)
        #expect(try RunNote.record(in: note) == record)
        return (String(decoding: note, as: UTF8.self), try RunNote.record(in: note).steps.first)
    }

    @Test func timesThatFollowFromOthersAreLeftOut() throws {
        var step = StepRecord(id: try #require(StepID("load")), status: .succeeded)
        (step.started, step.ended) = (try moment(0), try moment(250))
        step.attempts = [AttemptRecord(number: 1, started: try moment(0), ended: try moment(250), exit: 0)]
        let note = try note(of: step)
        #expect(
            note.text.contains(
                #""started":"2026-11-21T05:20:00.000Z","duration_ms":250,"attempts":[{"number":1,"exit":0,"signal":null,"error":null}]"#
            ))
        #expect(note.step == step)
    }

    @Test func thoseBetweenAttemptsStay() throws {
        var step = StepRecord(id: try #require(StepID("load")), status: .succeeded)
        (step.started, step.ended) = (try moment(0), try moment(900))
        step.attempts = [
            AttemptRecord(number: 1, started: try moment(0), ended: try moment(100), exit: 1),
            AttemptRecord(number: 2, started: try moment(500), ended: try moment(900), exit: 0),
        ]
        let note = try note(of: step)
        #expect(note.text.contains(#"{"number":1,"ended":"2026-11-21T05:20:00.100Z","exit":1,"#))
        #expect(note.text.contains(#"{"number":2,"started":"2026-11-21T05:20:00.500Z","exit":0,"#))
        #expect(note.step == step)
    }

    /// A clock that was set back, an attempt that nobody saw the end of, and a step that never began.
    @Test func whatIsOutOfOrderOrMissingIsReadBackAsItWas() throws {
        var step = StepRecord(id: try #require(StepID("load")), status: .cancelled)
        (step.started, step.ended) = (try moment(500), try moment(200))
        step.attempts = [AttemptRecord(number: 1, started: try moment(400))]
        #expect(try note(of: step).step == step)
        #expect(try note(of: StepRecord(id: step.id, status: .skipped)).step?.ended == nil)
    }

    /// As notes have been written before: all times are there.
    @Test func aWholeRecordIsReadAsWell() throws {
        var record = try TestRepository().run(1)
        var step = StepRecord(id: try #require(StepID("load")), status: .succeeded)
        (step.started, step.ended) = (try moment(0), try moment(250))
        step.attempts = [AttemptRecord(number: 1, started: try moment(0), ended: try moment(250), exit: 0)]
        record.steps = [step]
        #expect(record.value["steps"]?.items?.first?["ended"] == "2026-11-21T05:20:00.250Z")
        #expect(try RunRecord(record.value) == record)
    }

    /// Whoever may write notes may claim any duration.
    @Test(arguments: [Int.max, Int.min, Int.min + 62_167_219_200_000])
    func aDurationThatNoTimesHaveIsRefused(milliseconds: Int) throws {
        var record = try TestRepository().run(1)
        var step = StepRecord(id: try #require(StepID("load")), status: .succeeded)
        (step.started, step.ended) = (try .at("0000-01-01T00:00:00.000Z"), try .at("0000-01-01T00:00:00.777Z"))
        record.steps = [step]
        let note = String(decoding: try RunNote.bytes(of: record), as: UTF8.self)
        let forged = note.replacing("\"duration_ms\":777", with: "\"duration_ms\":\(milliseconds)")
        let error = #expect(throws: EngineError.self) { try RunNote.record(in: Array(forged.utf8)) }
        #expect(error?.message == "\"steps[0].duration_ms\" is not a duration in milliseconds")
    }

    @Test func theEventsOfARunHaveTheDigitsOfItsOwnId() throws {
        let record = try TestRepository().run(7)
        let events = try AuditEvent.events(of: record)
        let digits = record.run.description.suffix(15)
        #expect(events.map { String($0.id.description.dropFirst(10)) } == ["0\(digits)", "1\(digits)", "2\(digits)"])
        #expect(events.map(\.id.time) == [record.queued, record.started, record.ended])
    }
}
