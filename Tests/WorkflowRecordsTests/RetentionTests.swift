import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

@Suite struct RetentionTests {
    private static let runs = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/"
    private static let audit = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/"

    /// A run in each of three months, the youngest in November.
    private func threeMonths() throws -> TestRepository {
        let repository = try TestRepository()
        for (number, month) in [(1, "09"), (2, "10"), (3, "11")] {
            try repository.record(try repository.realRun(number, ended: "2026-\(month)-15T12:00:00.000Z"))
        }
        return repository
    }

    private func plan(
        _ repository: TestRepository, _ settings: Settings, now: String = "2026-11-21T12:00:00.000Z"
    ) throws -> RetentionPlan {
        try RetentionPlan(repository.open(), clone: clone, settings: settings, now: .at(now), inFlight: [])
    }

    private func drop(_ plan: RetentionPlan, _ repository: TestRepository, event number: Int = 50) throws {
        var next = number
        try repository.auditLog().drop(plan.segments) { details in
            next += 1
            var event = try? repository.event(next, .retentionApplied)
            event?.details = details
            return event ?? AuditEvent.unreachable
        }
    }

    private func purge(_ repository: TestRepository) throws -> Int {
        let opened = try repository.open()
        return try Erasure(opened, git: GitProgram(opened, environment: repository.environment)).run()
    }

    @Test func onlyWholeMonthsThatAreOldAreDropped() throws {
        let repository = try threeMonths()
        // September ended 51 days, October 20 days and a half before.
        #expect(try plan(repository, Settings(runAge: .seconds(52 * 86_400))).segments.isEmpty)
        #expect(
            try plan(repository, Settings(runAge: .seconds(51 * 86_400))).segments.map(\.segment.reference) == [
                Self.runs + "2026-09"
            ])
        #expect(try plan(repository, Settings(runAge: .seconds(20 * 86_400))).segments.count == 2)
        #expect(try plan(repository, Settings(runAge: .seconds(1 * 86_400))).segments.count == 2)
        #expect(try plan(repository, .standard).isEmpty)
    }

    @Test func aDroppedSegmentLeavesItsHashesAndIsNoTampering() throws {
        let repository = try threeMonths()
        try repository.keepSeenTips()
        let note = try repository.git(
            "notes", "--ref=\(Self.runs)2026-09", "show",
            try repository.recorded(1, ended: "2026-09-15T12:00:00.000Z").commit)
        try drop(try plan(repository, Settings(runAge: .seconds(40 * 86_400))), repository)
        #expect(
            try repository.git("for-each-ref", "--format=%(refname)", Self.runs)
                == "\(Self.runs)2026-10\n\(Self.runs)2026-11")
        #expect(!repository.exists(".git/logs/\(Self.runs)2026-09"))
        let lines = try repository.git("notes", "--ref=\(Self.audit)2026-11", "show", "HEAD")
        let run = try repository.realRun(1, ended: "2026-09-15T12:00:00.000Z").run
        #expect(lines.contains("\"records\":[\"\(run) deploy v2 succeeded \(sha256(Array((note + "\n").utf8)))\"]"))
        #expect(try repository.faults().isEmpty)
        // The recorder does not bring it back.
        try repository.record(try repository.realRun(4))
        #expect(try repository.git("for-each-ref", "\(Self.runs)2026-09").isEmpty)
        #expect(try repository.faults().isEmpty)
    }

    @Test func droppingAgainAfterACrashTellsItOnce() throws {
        let repository = try threeMonths()
        let plan = try plan(repository, Settings(runAge: .seconds(40 * 86_400)))
        let tip = try repository.git("rev-parse", "\(Self.runs)2026-09")
        try drop(plan, repository)
        try repository.git("update-ref", "\(Self.runs)2026-09", tip)
        try drop(plan, repository, event: 70)
        #expect(try repository.git("for-each-ref", "\(Self.runs)2026-09").isEmpty)
        let lines = try repository.git("notes", "--ref=\(Self.audit)2026-11", "show", "HEAD").split(separator: "\n")
        #expect(lines.count == 2)
    }

    /// As a kill leaves it that comes between git's lock of a reference and the reference's end, or between two objects.
    @Test func whatWasCutShortIsEnded() throws {
        let repository = try threeMonths()
        let plan = try plan(repository, Settings(runAge: .seconds(40 * 86_400)))
        let segment = "\(Self.runs)2026-09"
        let tip = try repository.git("rev-parse", segment)
        try drop(plan, repository)
        try repository.git("update-ref", segment, tip)
        let lock = URL(filePath: "\(repository.path)/.git/\(segment).lock")
        try Data().write(to: lock)
        try Data("\(tip) \(segment)\n".utf8).write(to: URL(filePath: repository.path + "/.git/wfrepo/recorder.lock"))
        try drop(plan, repository, event: 70)
        #expect(try repository.git("for-each-ref", segment).isEmpty && !repository.exists(".git/\(segment).lock"))

        // The reflog goes last.
        let log = URL(filePath: "\(repository.path)/.git/logs/\(segment)")
        try Data("\(tip) \(tip) A <a@b> 1795237200 +0000\tx\n".utf8).write(to: log)
        let objects = try repository.git("rev-list", "--objects", "--no-object-names", tip, "--not", "--all")
            .split(separator: "\n")
        let list = URL(filePath: repository.path + "/.git/wfrepo/erasing")
        let kept = try repository.git("rev-parse", "HEAD")
        try Data((objects.joined(separator: "\n") + "\n\(kept)\nno object\n").utf8).write(to: list)
        let gone = try #require(objects.dropFirst().first)
        try FileManager.default.removeItem(
            atPath: "\(repository.path)/.git/objects/\(gone.prefix(2))/\(gone.dropFirst(2))")
        #expect(try purge(repository) == objects.count)
        for object in objects {
            #expect(try repository.run(["cat-file", "-e", String(object)]).status != 0, "\(object)")
        }
        #expect(!FileManager.default.fileExists(atPath: list.path))
        #expect(try repository.git("rev-parse", "HEAD^{commit}") == kept)
        #expect(try repository.faults().isEmpty)
    }

    /// As on a machine whose clock starts in the past.
    @Test func aMonthThatWasDroppedCanBeginAgainAndBeDroppedAgain() throws {
        let repository = try threeMonths()
        try repository.keepSeenTips()
        _ = try repository.auditLog().checkpoint(signingWith: nil)
        let segment = "\(Self.runs)2026-09"
        var tips: [String] = []
        for (number, isErased) in [(4, false), (5, false), (6, true)] {
            tips.append(try repository.git("rev-parse", segment))
            try drop(try plan(repository, Settings(runAge: .seconds(40 * 86_400))), repository, event: 10 * number)
            if isErased { #expect(try purge(repository) > 0) }
            try repository.record(try repository.realRun(number, ended: "2026-09-16T12:00:00.000Z"))
            #expect(try repository.faults().isEmpty)
        }
        let tombstones = try Tombstone.all(in: repository.open())
        #expect(tombstones.values.map { $0.tips.map(\.description) } == [tips.reversed()])
        for tip in tips { #expect(try repository.run(["cat-file", "-e", tip]).status != 0) }
        // What has begun again is guarded as any other.
        try repository.keepSeenTips()
        try repository.git("update-ref", segment, "\(Self.runs)2026-11")
        #expect(try repository.faults().contains { $0.hasPrefix("\(segment): it holds what was written as") })
    }

    /// An audit may be kept for a shorter time than the runs that it told of, and goes after them where both go.
    @Test func recordsWhoseAuditWasDroppedAreNotForged() throws {
        let repository = try threeMonths()
        for month in ["09", "11"] {
            var event = try repository.event(Int(month) ?? 0, .runFinished)
            event.time = try .at("2026-\(month)-20T00:00:00.000Z")
            event.details = ["record_sha256": .string("00"), "run_commit": .string(String(repeating: "1", count: 40))]
            try repository.auditLog(at: "2026-\(month)-20T00:00:00.000Z").append(event)
        }
        let run = try repository.realRun(1, ended: "2026-09-15T12:00:00.000Z").run
        let forged = "run \(run): the audit does not know of it: its record is forged"
        #expect(try repository.faults().contains { $0.hasPrefix(forged) })
        var plan = try plan(repository, Settings(runAge: .seconds(40 * 86_400), auditAge: .seconds(40 * 86_400)))
        #expect(plan.segments.map(\.segment.kind) == [.runs, .audit])
        plan.segments.removeFirst()
        try drop(plan, repository)
        #expect(try !repository.faults().contains { $0.hasPrefix(forged) })
    }

    @Test func aDroppedAuditGoesOnWhereItEnded() throws {
        let repository = try TestRepository()
        try repository.auditLog(at: "2026-09-20T00:00:00.000Z").append(try repository.event(1))
        try repository.auditLog(at: "2026-10-20T00:00:00.000Z").append(try repository.event(2))
        try drop(try plan(repository, Settings(auditAge: .seconds(20 * 86_400))), repository)
        #expect(try repository.git("for-each-ref", "--format=%(refname)", Self.audit) == "\(Self.audit)2026-11")
        #expect(try repository.faults().isEmpty)
        _ = try purge(repository)
        try repository.auditLog().append(try repository.event(90))
        #expect(try repository.faults().isEmpty)
        let message = try repository.git("log", "-1", "--format=%B", "\(Self.audit)2026-11")
        #expect(message.contains("Audit-Count: 5"))
    }

    @Test(arguments: ["loose", "packed", "indexed"])
    func nothingErasedIsLeftInTheObjectStore(form: String) throws {
        let repository = try threeMonths()
        let erased = try repository.git(
            "rev-list", "--objects", "--no-object-names", "\(Self.runs)2026-09", "--not", "main", "\(Self.runs)2026-10",
            "\(Self.runs)2026-11"
        ).split(separator: "\n")
        #expect(erased.count >= 4)
        if form != "loose" { try repository.git("repack", "-adq") }
        if form == "indexed" {
            try repository.git("multi-pack-index", "write")
            try repository.git("commit-graph", "write", "--reachable")
            try repository.git("pack-refs", "--all")
        }
        // Somebody's object that nothing leads to yet has to stay.
        let fresh = try repository.git("hash-object", "-w", "--stdin", input: "being written")
        try drop(try plan(repository, Settings(runAge: .seconds(40 * 86_400))), repository)
        #expect(try purge(repository) == erased.count)
        let left = try repository.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
        for object in erased { #expect(!left.contains(object), "\(object)") }
        #expect(left.contains(fresh))
        #expect(try purge(repository) == 0)
        try repository.expectSound()
        #expect(try repository.faults().isEmpty)
        #expect(try RecordReader(repository.open()).latest(9).count == 2)
    }

    @Test func whatStandsInForAnObjectKeepsNothingFromBeingErased() throws {
        let repository = try threeMonths()
        let commit = try repository.recorded(1, ended: "2026-09-15T12:00:00.000Z").commit
        let note = try repository.git("notes", "--ref=\(Self.runs)2026-09", "list", commit)
        try repository.git("replace", "\(Self.runs)2026-09", "HEAD")
        try drop(try plan(repository, Settings(runAge: .seconds(40 * 86_400))), repository)
        _ = try purge(repository)
        #expect(try repository.run(["cat-file", "-e", note]).status != 0)
    }

    @Test func aRemovalThatWasKilledIsMadeGoodByTheNextOne() throws {
        let repository = try threeMonths()
        let reference = Self.runs + "2026-09"
        let tip = try repository.git("rev-parse", reference).trimmingCharacters(in: .newlines)
        // It had declared what it was about to remove, and had git's lock.
        for (path, text) in [(".git/wfrepo/recorder.lock", "\(tip) \(reference)\n"), (".git/\(reference).lock", "")] {
            try Data(text.utf8).write(to: URL(filePath: repository.path + "/" + path))
        }
        try drop(try plan(repository, Settings(runAge: .seconds(51 * 86_400))), repository)
        #expect(try repository.run(["rev-parse", "-q", "--verify", reference]).status != 0)
        #expect(!repository.exists(".git/\(reference).lock"))
    }

    @Test func whatIsStagedIsNotErased() throws {
        let repository = try threeMonths()
        let commit = try repository.recorded(1, ended: "2026-09-15T12:00:00.000Z").commit
        let note = try repository.git("notes", "--ref=\(Self.runs)2026-09", "list", commit)
        try repository.git("update-index", "--add", "--cacheinfo", "100644,\(note),kept.json")
        try drop(try plan(repository, Settings(runAge: .seconds(40 * 86_400))), repository)
        _ = try purge(repository)
        try repository.git("cat-file", "-e", note)
    }

    @Test func aPackThatHasToStayIsNamed() throws {
        let repository = try threeMonths()
        try repository.git("repack", "-adq")
        let pack = try #require(
            try FileManager.default.contentsOfDirectory(atPath: repository.path + "/.git/objects/pack")
                .first { $0.hasSuffix(".pack") })
        try Data().write(
            to: URL(filePath: repository.path + "/.git/objects/pack/\(pack.dropLast(5)).keep"))
        try drop(try plan(repository, Settings(runAge: .seconds(40 * 86_400))), repository)
        let error = #expect(throws: RecordsError.self) { try purge(repository) }
        #expect(error?.code == .refused && error?.message == "a .keep file says that it has to stay")
    }
}

extension AuditEvent {
    fileprivate static var unreachable: AuditEvent { preconditionFailure("a fixture that makes events") }
}
