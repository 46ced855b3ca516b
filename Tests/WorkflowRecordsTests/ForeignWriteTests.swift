import GitStore
import Testing
import WorkflowEngine

@testable import WorkflowRecords

@Suite struct ForeignWriteTests {
    private let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
    private let notes = "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11"

    private func recorded(_ count: Int) throws -> (TestRepository, [RunRecord]) {
        let repository = try TestRepository()
        let records = try repository.runs(0..<count)
        _ = try repository.recorder().record(WaitingRuns(records))
        return (repository, records)
    }

    /// Records one more run, after somebody else did something.
    private func next(_ repository: TestRepository, _ number: Int = 100) throws -> ForeignWrite? {
        let outcome = try repository.recorder().record(WaitingRuns(repository.runs(number..<(number + 1))))
        #expect(outcome.recorded.count == 1)
        #expect(outcome.foreignWrites.count <= 1)
        try repository.expectSound()
        return outcome.foreignWrites.first
    }

    private func commit(of record: RunRecord, in repository: TestRepository) throws -> String {
        try #require(try RecordReader(repository.open()).find(record.run)).commit.description
    }

    @Test func whatAnotherWriterTookAwayLastIsBroughtBackWithoutANewRun() throws {
        let (repository, records) = try recorded(2)
        let before = try repository.git("rev-parse", reference)
        _ = try repository.recorder().record(WaitingRuns(repository.runs(7..<8)))
        // What `git notes` does that began before our last batch and moved the reference after it.
        let tree = try repository.git("rev-parse", "\(before)^{tree}")
        let theirs = try repository.git("commit-tree", tree, "-p", before, "-m", "Notes added by 'git notes append'")
        try repository.git("update-ref", reference, theirs)
        let writes = try repository.recorder().restore()
        #expect(writes.map(\.kind) == [.rewritten])
        try repository.expectSound()
        let all = try RecordReader(repository.open()).latest(10).map(\.summary.run)
        #expect(Set(all) == Set(try records.map(\.run) + repository.runs(7..<8).map(\.run)))
        #expect(try repository.recorder().restore().isEmpty)
    }

    /// `git notes` reads the notes, and only when it has changed them looks what its commit is to follow.
    @Test func whatIsMissingFromACommitThatFollowsOursIsBroughtBack() throws {
        let (repository, records) = try recorded(2)
        let before = try repository.git("rev-parse", reference)
        _ = try repository.recorder().record(WaitingRuns(repository.runs(7..<8)))
        try repository.git("notes", notes, "append", "-m", "a remark", "HEAD")
        let tree = try repository.git("rev-parse", "\(before)^{tree}")
        let theirs = try repository.git("commit-tree", tree, "-p", reference, "-m", "Notes added by 'git notes append'")
        try repository.git("update-ref", reference, theirs)
        #expect(try repository.recorder().restore().map(\.kind) == [.appended])
        try repository.expectSound()
        let all = try RecordReader(repository.open()).latest(10).map(\.summary.run)
        #expect(Set(all) == Set(try records.map(\.run) + repository.runs(7..<8).map(\.run)))
        let last = try #require(try repository.runs(7..<8).first)
        let note = try repository.git("notes", notes, "show", commit(of: last, in: repository))
        #expect(note.contains("wfrepo.run/1"))
        #expect(try repository.recorder().restore().isEmpty)
        // A remark alone is nothing to unite with.
        try repository.git("notes", notes, "append", "-m", "another", "HEAD")
        #expect(try repository.recorder().restore().isEmpty)
    }

    @Test func auditLinesAreBroughtBackToo() throws {
        let repository = try TestRepository.withRecords()
        let audit = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-11"
        let theirs = try repository.git("commit-tree", "\(audit)~1^{tree}", "-p", audit, "-m", "late")
        try repository.git("update-ref", audit, theirs)
        #expect(try !repository.faults().isEmpty)
        #expect(try repository.recorder().restore().map(\.kind) == [.appended])
        #expect(try repository.faults().isEmpty)
    }

    @Test func whoeverWritesTheAuditNextSaysThatSomebodyElseDid() throws {
        let repository = try TestRepository.withRecords()
        try repository.git("notes", "--ref=wfrepo/audit/a1b2c3d4e5f60718/2026-11", "append", "-m", "mine", "HEAD")
        guard case .made(_, _, let foreign) = try repository.auditLog().checkpoint(signingWith: nil) else {
            Issue.record("no checkpoint was made")
            return
        }
        #expect(foreign?.kind == .appended)
        guard case .upToDate = try repository.auditLog().checkpoint(signingWith: nil) else {
            Issue.record("another checkpoint was made")
            return
        }
    }

    @Test func aRemarkOnARunIsKeptAndTheRecordStillReads() throws {
        let (repository, records) = try recorded(3)
        let run = try commit(of: records[1], in: repository)
        let written = try repository.git("rev-parse", reference)
        try repository.git("notes", notes, "append", "-m", "Seen by Ada.", run)
        let found = try repository.git("rev-parse", reference)

        let foreign = try #require(try next(repository))
        #expect(foreign.kind == .appended)
        #expect(foreign.written == written)
        #expect(foreign.found == found)
        #expect(foreign.restored == 0)
        #expect(try repository.git("notes", notes, "show", run).hasSuffix("}\n\nSeen by Ada."))
        #expect(try RecordReader(repository.open()).record(of: records[1].run) == records[1])
        #expect(
            try repository.git("log", "-1", "--format=%(trailers:key=Foreign-Write,valueonly)", reference)
                == "appended \(written) \(found)\n")
    }

    @Test func aRemovedRecordIsPutBack() throws {
        let (repository, records) = try recorded(3)
        let run = try commit(of: records[1], in: repository)
        try repository.git("notes", notes, "remove", run)
        #expect(try next(repository)?.restored == 1)
        #expect(try RecordReader(repository.open()).record(of: records[1].run) == records[1])
        #expect(try next(repository, 101) == nil)
    }

    @Test func aForgedRecordIsReplacedByOurs() throws {
        let (repository, records) = try recorded(3)
        let run = try commit(of: records[1], in: repository)
        try repository.git("notes", notes, "add", "-f", "-m", "{\"status\": \"succeeded\"}", run)
        #expect(try next(repository)?.restored == 1)
        #expect(try RecordReader(repository.open()).record(of: records[1].run) == records[1])
    }

    @Test func aRemovedDigestMayStayAway() throws {
        let (repository, _) = try recorded(3)
        try repository.git("notes", notes, "remove", "HEAD")
        #expect(try next(repository)?.restored == 0)
        #expect(try repository.git("notes", notes, "show", "HEAD").split(separator: "\n").count == 1)
    }

    /// Two clones' folders, the same references: what one pushed by force is united with what we had.
    @Test func aRewrittenSegmentIsUnited() throws {
        let (repository, records) = try recorded(3)
        let first = try repository.git("rev-parse", reference)
        _ = try next(repository, 10)
        let ours = try repository.git("rev-parse", reference)
        // Somebody puts the reference back, and a remark on it.
        try repository.git("update-ref", reference, first)
        try repository.git("notes", notes, "append", "-m", "Theirs.", "HEAD^")
        try repository.git("notes", notes, "append", "-m", "Checked.", "HEAD")
        let theirs = try repository.git("rev-parse", reference)

        let foreign = try #require(try next(repository, 20))
        #expect(foreign.kind == .rewritten)
        #expect(foreign.isRecovered)
        #expect(foreign.written == ours)
        let parents = try repository.git("log", "-1", "--format=%P", reference).split(separator: " ").map(String.init)
        #expect(Array(parents.prefix(2)) == [theirs, ours])
        #expect(try repository.git("notes", notes, "show", "HEAD^") == "Theirs.")
        let digest = try repository.git("notes", notes, "show", "HEAD").split(separator: "\n")
        #expect(digest.count == 6)
        #expect(digest.last == "Checked.")
        let found = try RecordReader(repository.open()).latest(10).map(\.summary.run)
        #expect(found.count == 5)
        #expect(Set(records.map(\.run)).isSubset(of: found))
        #expect(try next(repository, 21) == nil)
    }

    @Test func anUnrelatedHistoryIsUnited() throws {
        let (repository, records) = try recorded(2)
        try repository.git("update-ref", "-d", reference)
        try repository.git("notes", notes, "add", "-m", "Mine.", "HEAD")
        #expect(try next(repository)?.kind == .rewritten)
        #expect(try repository.git("notes", notes, "show", "HEAD").contains("Mine."))
        for record in records { #expect(try RecordReader(repository.open()).record(of: record.run) == record) }
    }

    @Test func aRemovedSegmentIsPutBack() throws {
        let (repository, records) = try recorded(2)
        try repository.git("update-ref", "-d", reference)
        let foreign = try #require(try next(repository))
        #expect(foreign.kind == .removed)
        #expect(foreign.found == nil)
        #expect("\(foreign)" == "somebody else removed \(reference); notes put back: 3")
        for record in records { #expect(try RecordReader(repository.open()).record(of: record.run) == record) }
    }

    @Test func aSegmentThatIsGoneForGoodIsReported() throws {
        let (repository, _) = try recorded(2)
        try repository.git("update-ref", "-d", reference)
        try repository.git("reflog", "expire", "--expire=now", "--all")
        try repository.git("gc", "-q", "--prune=now")
        let foreign = try #require(try next(repository))
        #expect(foreign.kind == .removed)
        #expect(!foreign.isRecovered)
        #expect(try repository.noted().count == 2)
    }
}
