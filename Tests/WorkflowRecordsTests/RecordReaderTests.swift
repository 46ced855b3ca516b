import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory

@testable import WorkflowRecords

@Suite struct RecordReaderTests {
    @Test func theLatestRunsOfAllClonesAndMonthsComeNewestFirst() throws {
        let repository = try TestRepository()
        let ends = ["2026-09-30T10:00:00.000Z", "2026-11-01T10:00:00.000Z", "2026-11-20T10:00:00.000Z"]
        let ours = try ends.map { try repository.run(0, ended: $0) }
        let theirs = try ends.map { try repository.run(30, ended: $0) }
        let other = try #require(CloneID("f0f0f0f0f0f0f0f0"))
        // Each is recorded right after its end, as it is in life.
        for index in ends.indices {
            let time = ends[index].replacing(":00:00", with: ":10:00")
            _ = try repository.recorder(at: time).record(WaitingRuns([ours[index]]))
            _ = try repository.recorder(at: time, clone: other).record(WaitingRuns([theirs[index]]))
        }
        let reader = RecordReader(try repository.open())
        let expected = [theirs[2], ours[2], theirs[1], ours[1], theirs[0], ours[0]].map(\.run)
        #expect(try reader.latest(10).map(\.summary.run) == expected)
        #expect(try reader.latest(3).map(\.summary.run) == Array(expected.prefix(3)))
        #expect(try reader.latest(0).isEmpty)
        #expect(
            try reader.latest(10) { $0.run == ours[1].run }.map(\.segment.reference) == [
                "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
            ])
        for record in ours + theirs { #expect(try reader.record(of: record.run) == record) }
        #expect(
            try reader.records(of: reader.latest(10)) == [theirs[2], ours[2], theirs[1], ours[1], theirs[0], ours[0]])
        let digest = try reader.digest(of: ours[0].definition.commit)
        #expect(digest.map(\.run) == expected)
    }

    @Test func aRunThatTookMonthsIsFoundByItsID() throws {
        let repository = try TestRepository()
        var record = try repository.run(1, ended: "2026-08-31T10:00:00.000Z")
        record.ended = try .at("2026-11-02T00:00:00.000Z")
        _ = try repository.recorder(at: "2026-11-02T00:00:01.000Z").record(WaitingRuns([record]))
        #expect(try RecordReader(repository.open()).record(of: record.run) == record)
    }

    @Test func anUnknownRunIsNone() throws {
        let repository = try TestRepository()
        let reader = RecordReader(try repository.open())
        let unknown = try repository.run(7).run
        #expect(try reader.find(unknown) == nil)
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<2)))
        #expect(try reader.find(unknown) == nil)
        #expect(try reader.latest(5).count == 2)
    }

    @Test func aMissingOrBrokenRecordIsNamed() throws {
        let repository = try TestRepository()
        let record = try repository.run(1)
        _ = try repository.recorder().record(WaitingRuns([record]))
        let reader = RecordReader(try repository.open())
        let run = try #require(try reader.find(record.run))
        let notes = "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11"
        try repository.git("notes", notes, "add", "-f", "-m", "{]", run.commit.description)
        #expect(throws: RecordsError.self) { _ = try reader.record(of: run) }
        try repository.git("notes", notes, "remove", run.commit.description)
        let error = #expect(throws: RecordsError.self) { _ = try reader.record(of: run) }
        #expect(error?.code == .notFound)
        #expect(error?.hint == "see who changed it: git log refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11")
    }

    /// A segment that came from elsewhere may say anything.
    @Test func aHostileSegmentNamesNoRuns() throws {
        let repository = try TestRepository()
        let run = try repository.run(1)
        let message = "record\n\n" + String(repeating: RunSummary(run).line + "\n", count: 5)
        let commit = try repository.git("commit-tree", "-p", "HEAD", "HEAD^{tree}", input: message)
        try repository.git("update-ref", "refs/notes/wfrepo/runs/eeeeeeeeeeeeeeee/2026-11", commit)
        try repository.git("update-ref", "refs/notes/wfrepo/runs/eeeeeeeeeeeeeeee/not-a-month", commit)
        let reader = RecordReader(try repository.open())
        #expect(try reader.latest(10).isEmpty)
        #expect(try reader.find(run.run) == nil)
        #expect(try reader.digest(of: run.definition.commit).isEmpty)
    }
}
