import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine

@testable import WorkflowRecords

@Suite struct RecorderTests {
    private let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"

    @Test func aRunBecomesACommitAndItsRecordTheNoteOnIt() throws {
        let repository = try TestRepository()
        let record = try repository.run(1)
        let waiting = WaitingRuns([record])
        let outcome = try repository.recorder().record(waiting)
        #expect(outcome.recorded == [record.run])
        #expect(waiting.count == 0)

        let run = try repository.git("rev-parse", "\(reference)^1")
        #expect(try repository.git("log", "-1", "--format=%s", run) == "run deploy v2 succeeded")
        let note = try repository.git("notes", "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11", "show", run)
        #expect(note.hasPrefix("{\n  \"schema\": \"wfrepo.run/1\",\n  \"run\": \"\(record.run)\",\n"))
        #expect(note.contains("\n  \"inputs\": {\"day\":\"2026-11-20\"},\n"))
        #expect(try RunNote.record(in: Array(note.utf8)) == record)
        #expect(try repository.noted() == [run, try repository.git("rev-parse", "HEAD")])
        try repository.expectSound()
    }

    /// What many steps printed, and as deep as one step may nest it: more than a document from outside may have.
    @Test func aLargeRecordCanBeRead() throws {
        let repository = try TestRepository()
        var record = try repository.run(1)
        record.outputs = [
            "text": .string(String(repeating: "x", count: 12 << 20)),
            "deep": (0..<150).reduce(Value.integer(1)) { value, _ in .sequence([value]) },
        ]
        _ = try repository.recorder().record(WaitingRuns([record]))
        let isSame = try RecordReader(repository.open()).record(of: record.run) == record
        #expect(isSame)
    }

    @Test func theLogShowsResultsBelowTheVersion() throws {
        let repository = try TestRepository()
        let records = [try repository.run(2, status: .failed), try repository.run(1, trigger: "commit")]
        _ = try repository.recorder().record(WaitingRuns(records))
        #expect(
            try repository.git("log", "-1", "--notes=wfrepo/runs/*", "--format=%s%n%N") == """
                Install instead
                2026-11-21T05:20:07Z succeeded \(records[1].run) deploy v2 3.20 s commit
                2026-11-21T05:20:08Z failed \(records[0].run) deploy v2 3.20 s manual

                """)
    }

    @Test func theDigestIsOnTheCommitThatMadeTheVersion() throws {
        let repository = try TestRepository()
        let version = try repository.git("rev-parse", "HEAD")
        try repository.commit("README", "Read me.\n", "Explain")
        try repository.commit("workflows/other.yaml", "steps: []\n", "Add other")
        let record = try repository.run(1)
        _ = try repository.recorder().record(WaitingRuns([record]))
        #expect(try RecordReader(repository.open()).digest(of: #require(CommitID(version))).map(\.run) == [record.run])
        #expect(try repository.git("log", "--notes=wfrepo/runs/*", "--format=%s|%N", "-2") == "Add other|\nExplain|")
        #expect(try repository.git("rev-parse", "\(reference)^1^") == record.definition.commit.description)
    }

    @Test func aBatchIsOneCommitThatKeepsItsRunCommits() throws {
        let repository = try TestRepository()
        let records = try repository.runs(0..<3)
        _ = try repository.recorder().record(WaitingRuns(records))
        #expect(
            try repository.git("log", "-1", "--format=%an <%ae> %aI%n%B", reference) == """
                wfrepo <wfrepo@example.org> 2026-11-21T05:21:00+00:00
                record 3 runs

                2026-11-21T05:20:06Z succeeded \(records[0].run) deploy v2 3.20 s manual
                2026-11-21T05:20:07Z succeeded \(records[1].run) deploy v2 4.20 s manual
                2026-11-21T05:20:08Z succeeded \(records[2].run) deploy v2 5.20 s manual

                Segment: \(reference)

                """)
        #expect(try repository.git("log", "-1", "--format=%P", reference).split(separator: " ").count == 3)

        _ = try repository.recorder().record(WaitingRuns(repository.runs(3..<4)))
        let parents = try repository.git("log", "-1", "--format=%P", reference).split(separator: " ")
        #expect(parents.count == 2)
        #expect(try repository.git("rev-list", "--count", "--first-parent", reference + "^1") != "0")
        #expect(try repository.git("log", "-1", "--format=%s", String(parents[0])) == "record 3 runs")
        #expect(try repository.noted().count == 5)
    }

    @Test func fewRunsAreLooseObjectsAndManyOnePack() throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<4)))
        #expect(try repository.git("count-objects", "-v").contains("packs: 0"))
        _ = try repository.recorder().record(WaitingRuns(repository.runs(4..<44)))
        #expect(try repository.git("count-objects", "-v").contains("packs: 1"))
        #expect(try repository.noted().count == 45)
        try repository.expectSound()
    }

    @Test func aRunBelongsToTheMonthOfItsEnd() throws {
        let repository = try TestRepository()
        let october = try repository.run(0, ended: "2026-10-31T23:59:59.999Z")
        let november = try repository.run(0, ended: "2026-11-01T00:00:00.000Z")
        let recorder = try repository.recorder(at: "2026-11-01T00:00:01.000Z")
        #expect(try recorder.record(WaitingRuns([november, october])).recorded == [october.run, november.run])
        #expect(try repository.noted("2026-10").count == 2)
        #expect(try repository.noted("2026-11").count == 2)
        let previous = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-10"
        #expect(
            try repository.git("log", "-1", "--format=%(trailers:key=Previous-Segment,valueonly)", reference)
                == "\(previous) \(try repository.git("rev-parse", previous))\n")
        #expect(try repository.git("log", "-1", "--format=%(trailers:key=Previous-Segment)", previous) == "")
        _ = try recorder.record(WaitingRuns([try repository.run(9, ended: "2026-11-02T00:00:00.000Z")]))
        #expect(try repository.git("log", "-1", "--format=%(trailers:key=Previous-Segment)", reference) == "")
    }

    @Test func aRunWhoseCommitIsGoneDoesNotHoldUpOthers() throws {
        let repository = try TestRepository()
        var lost = try repository.run(1)
        lost.definition.commit = try #require(CommitID(String(repeating: "a", count: 40)))
        let other = try repository.run(2)
        let waiting = WaitingRuns([lost, other])
        let outcome = try repository.recorder().record(waiting)
        #expect(outcome.recorded == [other.run])
        #expect(outcome.refused.map(\.run) == [lost.run])
        #expect(outcome.refused.first?.reason.contains("is not in the repository") == true)
        #expect(waiting.count == 1)
    }

    /// More than one batch, and notes in two levels of folders.
    @Test func thousandsOfRunsAreFoldedInBatches() throws {
        let repository = try TestRepository()
        let records = try repository.runs(0..<2_000)
        let waiting = WaitingRuns(records)
        #expect(try repository.recorder().record(waiting).recorded == records.map(\.run))
        #expect(waiting.count == 0)
        #expect(try repository.noted().count == 2_001)
        #expect(
            try repository.git("log", "--first-parent", "-2", "--format=%s", reference).contains("record 1000 runs"))
        let reader = RecordReader(try repository.open())
        #expect(try reader.latest(2).map(\.summary.run) == [records[1999].run, records[1998].run])
        #expect(try reader.record(of: records[17].run) == records[17])
        let digest = try repository.git("log", "-1", "--notes=wfrepo/runs/*", "--format=%N").split(separator: "\n")
        #expect(digest.count == 20)
        try repository.expectSound()
    }

    @Test func nothingToRecordWritesNothing() throws {
        let repository = try TestRepository()
        #expect(try repository.recorder().record(WaitingRuns()).recorded.isEmpty)
        #expect(!repository.exists(".git/wfrepo/recorder.lock"))
    }

    @Test func anErrorInARecordCannotActOnATerminal() throws {
        let repository = try TestRepository()
        let record = try repository.run(1, status: .failed, error: "\u{1B}]0;owned\u{7}\u{9B}2J\u{7F}")
        _ = try repository.recorder().record(WaitingRuns([record]))
        let shown = try repository.git("log", "--notes=wfrepo/runs/*", "-p", reference)
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
        #expect(!shown.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) })
        #expect(try RecordReader(repository.open()).record(of: record.run) == record)
    }

    @Test func gitsHousekeepingLosesNothing() throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<30)))
        try repository.git("gc", "-q", "--prune=now")
        try repository.git("pack-refs", "--all")
        try repository.git("notes", "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11", "prune")
        try repository.git("reflog", "expire", "--expire=now", "--all")
        #expect(try repository.noted().count == 31)
        _ = try repository.recorder().record(WaitingRuns(repository.runs(30..<31)))
        #expect(try repository.noted().count == 32)
        try repository.expectSound()
    }

    @Test func theTipIsKeptBesideTheReference() throws {
        let repository = try TestRepository()
        _ = try repository.recorder().record(WaitingRuns(repository.runs(0..<1)))
        let kept = try String(contentsOfFile: repository.path + "/.git/wfrepo/tips", encoding: .utf8)
        #expect(kept == "\(try repository.git("rev-parse", reference)) \(reference)\n")
    }
}
