import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

/// What the index answers, beside what git says.
@Suite struct IndexTests {
    private func index(_ repository: TestRepository) throws -> RecordIndex { try .open(repository.open()) }

    private func expectVersionsAsWalked(_ repository: TestRepository, _ names: [String]) throws {
        let git = try repository.open()
        let index = try RecordIndex.open(git)
        let tip = try #require(try git.head.tip)
        let all = try WorkflowRepository(git).versions(from: tip)
        #expect(try index.versions(at: tip, limit: nil) == all)
        #expect(try WorkflowRepository(git, index: index).log(limit: 2).map(\.version) == Array(all.prefix(2)))
        for name in try names.map({ try #require(WorkflowName($0)) }) {
            let walked = try WorkflowRepository(git).versions(of: name, from: tip)
            #expect(try index.versions(of: name, at: tip) == walked, "\(name)")
            #expect(!walked.isEmpty)
            // Also as they were at each commit before.
            for version in walked {
                let then = try WorkflowRepository(git).versions(of: name, from: version.commit)
                #expect(try index.versions(of: name, at: version.commit) == then)
            }
        }
    }

    @Test func versionsAreThoseThatAWalkFinds() throws {
        let repository = try TestRepository()
        try expectVersionsAsWalked(repository, ["deploy"])
        try repository.git("mv", "workflows/deploy.yaml", "workflows/release.yaml")
        try repository.git("commit", "-qm", "Rename it")
        try repository.commit("workflows/deploy.yaml", "steps: [{run: something quite different}]\n", "Another deploy")
        try expectVersionsAsWalked(repository, ["deploy", "release"])
        try repository.git("rm", "-q", "workflows/deploy.yaml")
        try repository.git("commit", "-qm", "Remove it")
        try repository.commit("workflows/deploy.yml", "steps: [{run: again}]\n", "Bring it back")
        try repository.git("mv", "workflows/deploy.yml", "workflows/deploy.yaml")
        try repository.git("commit", "-qm", "The other extension")
        try repository.commit("README", "nothing\n", "Nothing of ours")
        try repository.commit("workflows/deploy.yml", "steps: [{run: two files for a name}]\n", "Double it")
        try repository.commit("workflows/deploy.yml", "steps: [{run: and change it}]\n", "Change the double")
        try expectVersionsAsWalked(repository, ["deploy", "release"])
    }

    @Test func versionsFollowHeadToAnotherHistory() throws {
        let repository = try TestRepository()
        try repository.commit("workflows/deploy.yaml", "steps: [{run: third}]\n", "Third")
        try expectVersionsAsWalked(repository, ["deploy"])
        try repository.git("checkout", "-q", "-b", "side", "HEAD~1")
        try repository.commit("workflows/other.yaml", "steps: [{run: other}]\n", "Other")
        try expectVersionsAsWalked(repository, ["deploy", "other"])
        try repository.git("checkout", "-q", "main")
        try repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
        try expectVersionsAsWalked(repository, ["deploy", "other"])
        let tip = try #require(CommitID(try repository.git("rev-parse", "side")))
        let name = try #require(WorkflowName("deploy"))
        #expect(try index(repository).versions(of: name, at: tip) == nil)
    }

    @Test func aLinkedWorkTreeOnAnotherBranchChangesNoAnswer() throws {
        let repository = try TestRepository()
        let deploy = try #require(WorkflowName("deploy"))
        let index = try index(repository)
        let tip = try #require(CommitID(try repository.git("rev-parse", "HEAD")))
        let side = repository.path + "-side"
        try repository.git("worktree", "add", "-q", "-b", "side", side, "HEAD~1")
        defer { try? FileManager.default.removeItem(atPath: side) }
        let other = try RecordIndex.open(Repository.open(side))
        #expect(try index.versions(of: deploy, at: tip)?.count == 2)
        #expect(try other.changes(all, by: .kind).map(\.versions) == [1])
        #expect(try index.changes(all, by: .kind).map(\.versions) == [1, 1])
    }

    /// Records runs of some days; returns the index.
    private func recorded(_ repository: TestRepository, from first: Int = 0) throws -> RecordIndex {
        var runs: [RunRecord] = []
        for number in first..<(first + 10) {
            var run = try repository.run(number, status: number % 3 == 0 ? .failed : .succeeded)
            if number % 3 == 0 { run.error = RunFailure(step: StepID("load"), error: StepError("exit", "disk full")) }
            run.steps = [try Self.step("load", fails: number % 3 == 0, retries: number % 3 == 1)]
            runs.append(run)
        }
        _ = try repository.recorder().record(WaitingRuns(runs))
        return try index(repository)
    }

    private static func step(_ id: String, fails: Bool, retries: Bool) throws -> StepRecord {
        var step = StepRecord(id: try #require(StepID(id)), status: fails ? .failed : .succeeded)
        let time = try Timestamp.at("2026-11-21T05:20:00.000Z")
        let error = StepError(fails ? "exit" : "timeout", fails ? "disk full" : "took too long")
        step.started = time
        step.ended = Timestamp(milliseconds: time.milliseconds + 1000)
        step.attempts = [AttemptRecord(number: 1, started: time, ended: time, error: fails || retries ? error : nil)]
        if retries { step.attempts.append(AttemptRecord(number: 2, started: time, ended: time)) }
        return step
    }

    private let all = DayRange(first: 0, last: 100_000)

    @Test func runsAreCountedOnceHoweverTheyComeIn() throws {
        let repository = try TestRepository()
        let deploy = try #require(WorkflowName("deploy"))
        _ = try recorded(repository)
        // A second batch is read on top of the first; the segment as a whole is read anew elsewhere.
        let grown = try recorded(repository, from: 10)
        try FileManager.default.removeItem(atPath: RecordIndex.path(in: repository.open()))
        for index in [grown, try self.index(repository)] {
            let totals = try index.totals(all, of: deploy)
            // Of 0 to 19, 0, 3, 6, 9, 12, 15 and 18 failed.
            #expect((totals.runs, totals.succeeded, totals.failed, totals.cancelled) == (20, 13, 7, 0))
            #expect(totals.successRate == 0.65)
            #expect(totals.meanDuration == 3200)
            #expect(try index.totalsByVersion(all, of: deploy).map(\.version) == [.number(2)])
            let step = try #require(try index.steps(all).first)
            #expect((step.runs, step.failed, step.retried, step.recovered) == (20, 7, 7, 7))
            let errors = try index.errors(all).map { "\($0.kind) \($0.attempts) \($0.failed) \($0.recovered)" }
            #expect(errors == ["exit 7 7 0", "timeout 7 0 7"])
            #expect(try index.durations(all, of: deploy)?.p95 == 3200)
            #expect(try index.runs(RecordedRunQuery(statuses: [.failed])).count == 7)
            let latest = try #require(try index.runs(RecordedRunQuery(workflow: deploy, limit: 1)).first)
            #expect(try RecordReader(repository.open()).record(of: latest.recorded).run == latest.run)
            #expect(try index.run(latest.run) == latest)
        }
    }

    @Test func whatHappenedWithinStepsIsFoundHoweverManyRunsCameSince() throws {
        let repository = try TestRepository()
        var runs = try repository.runs(0..<1200)
        runs[0].steps = [try Self.step("load", fails: true, retries: false)]
        _ = try repository.recorder().record(WaitingRuns(runs))
        let search = StepEventSearch(try index(repository), in: try repository.open())
        let (found, lookedSince) = try search.events(AuditQuery(kinds: [.stepFailed]))
        #expect(found.map(\.event.run) == [runs[0].run])
        #expect(lookedSince == nil)
        let later = try #require(runs[1].ended)
        #expect(try search.events(AuditQuery(kinds: [.stepFailed], since: later)).found.isEmpty)
    }

    @Test func anOldRunIsFoundByAPartOfItsID() throws {
        let repository = try TestRepository()
        let runs = try repository.runs(0..<1200)
        _ = try repository.recorder().record(WaitingRuns(runs))
        let index = try index(repository)
        let oldest = try #require(runs.first).run
        #expect(try index.runs(abbreviated: String(oldest.description.suffix(6)).lowercased()) == [oldest])
        #expect(try index.runs(abbreviated: String(oldest.description.prefix(6))).count == 2)
    }

    @Test func aListNeedsNoObjectOfGit() throws {
        let repository = try TestRepository()
        var event = try repository.event(1, .workflowDisabled)
        event.details = ["from": 7, "status": "unused", "reason": .string(String(repeating: "é", count: 100))]
        try repository.auditLog().append(event)
        let index = try recorded(repository)
        let objects = repository.path + "/.git/objects"
        try FileManager.default.moveItem(atPath: objects, toPath: objects + ".away")
        let runs = try index.runs(RecordedRunQuery(statuses: [.failed]))
        #expect(runs.map(\.error?.error.message) == Array(repeating: "disk full", count: 4))
        let listed = try #require(try index.listedEvents(AuditQuery()).first)
        #expect(listed.kind == .workflowDisabled && listed.time == event.time && listed.actor == "Ada")
        #expect(listed.remark == String(repeating: "é", count: 80))
        try FileManager.default.moveItem(atPath: objects + ".away", toPath: objects)
        #expect(try index.events(AuditQuery()).map(ListedEvent.init) == [listed])
    }

    @Test func aRecordIsReadWithoutATreeOfNotesAndByItWhereTheNoteIsAnother() throws {
        let repository = try TestRepository()
        let index = try recorded(repository)
        let run = try #require(try index.runs(RecordedRunQuery(limit: 1)).first)
        let reader = RecordReader(try repository.open())
        let record = try reader.record(of: run.recorded)
        var astray = run.recorded
        astray.note = try index.runs(RecordedRunQuery(limit: 1, offset: 1)).first?.recorded.note
        #expect(astray.note != nil && astray.note != run.recorded.note)
        #expect(try reader.records(of: [astray, run.recorded]) == [record, record])
        try repository.git("update-ref", "-d", "refs/notes/wfrepo/runs/\(clone)/2026-11")
        #expect(try reader.records(of: [run.recorded]) == [record])
        #expect(throws: RecordsError.self) { try reader.record(of: astray) }
    }

    @Test func whatIsGoneFromGitIsGoneFromTheIndex() throws {
        let repository = try TestRepository()
        _ = try recorded(repository)
        let reference = "refs/notes/wfrepo/runs/\(clone)/2026-11"
        let first = try repository.git("rev-parse", reference)
        _ = try recorded(repository, from: 10)
        try repository.git("update-ref", reference, first)
        #expect(try index(repository).totals(all).runs == 10)
        try repository.git("update-ref", "-d", reference)
        let index = try index(repository)
        #expect(try index.totals(all).runs == 0)
        #expect(try index.search(["disk"]).isEmpty)
        #expect(try index.steps(all).isEmpty)
    }

    @Test func questionsOfOneMomentSeeNothingThatIsWrittenMeanwhile() throws {
        let repository = try TestRepository()
        let index = try recorded(repository)
        let deploy = try #require(WorkflowName("deploy"))
        let (before, after) = try index.inOneMoment {
            let before = try index.totals(all).runs
            _ = try recorded(repository, from: 10)
            return (before, try index.totals(all, of: deploy).runs)
        }
        #expect((before, after) == (10, 10))
        #expect(try index.totals(all).runs == 20)
    }

    /// A folder that was copied took the journal with it: both clones recorded what waited.
    @Test(arguments: [["update-ref", "-d"], ["update-ref"]])
    func whatTwoSegmentsHaveStaysWhileOneHasIt(change: [String]) throws {
        let repository = try TestRepository()
        _ = try recorded(repository)
        let first = "refs/notes/wfrepo/runs/\(clone)/2026-11"
        try repository.git("update-ref", "refs/notes/wfrepo/runs/0123456789abcdef/2026-11", first)
        _ = try index(repository)
        // One goes, or becomes another one; the other one is as it was.
        _ = try repository.run(change + [first] + (change.count == 1 ? ["HEAD"] : []))
        let index = try index(repository)
        #expect(try index.totals(all).runs == 10)
        #expect(try index.steps(all).first?.runs == 10)
        #expect(try !index.search(["disk"]).isEmpty)
    }

    @Test(arguments: ["", "this is no database", "SQLite format 3\0 but nothing else follows"])
    func aDamagedIndexIsMadeAnew(content: String) throws {
        let repository = try TestRepository()
        _ = try recorded(repository)
        let path = RecordIndex.path(in: try repository.open())
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try Data(content.utf8).write(to: URL(filePath: path))
        #expect(try index(repository).totals(all).runs == 10)
    }

    @Test func bytesTurnedInTheIndexStopNothing() throws {
        let repository = try TestRepository()
        _ = try recorded(repository)
        let path = RecordIndex.path(in: try repository.open())
        var bytes = try Data(contentsOf: URL(filePath: path))
        for position in stride(from: 100, to: bytes.count, by: 37) { bytes[position] ^= 0xFF }
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try bytes.write(to: URL(filePath: path))
        #expect(try index(repository).totals(all).runs == 10)
    }

    @Test func wordsAreFoundAsTheyStandAndAreNoQueryLanguage() throws {
        let repository = try TestRepository()
        let index = try recorded(repository)
        #expect(try index.search(["disk", "full"]).count == 4)
        #expect(try index.search(["instead"]).map(\.kind) == [.version])
        #expect(try index.search(["inst*"]).count == 1)
        #expect(try index.search(["disk", "instead"]).isEmpty)
        for words in [
            ["\""], ["disk\" OR \"took"], ["NEAR("], ["*"], ["text:disk"], ["-disk", "AND"], [""],
            ["x\"\u{301} OR disk"],
        ] {
            #expect(try index.search(words).isEmpty, "\(words)")
        }
        #expect(try index.search(["disk"], kinds: [.version]).isEmpty)
    }

    @Test func aClockOfOneProcessWritesWhileOthersRead() async throws {
        let repository = try TestRepository()
        _ = try recorded(repository)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try index(repository).totals(all).runs } }
            group.addTask { try recorded(repository, from: 10).totals(all).runs }
            for try await runs in group { #expect(runs == 10 || runs == 20) }
        }
        #expect(try index(repository).totals(all).runs == 20)
    }
}
