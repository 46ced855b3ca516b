import DocumentTree
import Foundation
import GRDB
import GitStore
import Testing
import WorkflowEngine

@testable import WorkflowRecords

/// Audit lines that are sealed, and keys that are destroyed.
@Suite struct SealedAuditTests {
    private static let audit = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-11"

    private func sealed() throws -> TestRepository {
        let repository = try TestRepository()
        let log = AuditLog(
            try repository.open(), clone: clone, committer: wfrepo,
            clock: FixedClock(now: try .at("2026-11-21T05:21:00.000Z")),
            seals: true)
        var entries = try (1...3).map { AuditLog.Entry(try repository.event($0)) }
        entries[2].event.actor = Actor(name: "Grace", email: "Grace@example.org")
        try log.append(entries)
        return repository
    }

    private func latest(_ repository: TestRepository) throws -> [String] {
        try AuditReader(repository.open()).latest(10).map { "\($0.actor.name) \($0.kind.rawValue)" }
    }

    @Test func nothingOfAnEventStandsInClear() throws {
        let repository = try sealed()
        let note = try repository.git("notes", "--ref=\(Self.audit)", "show", "HEAD")
        let message = try repository.git("log", "--format=%B", Self.audit)
        for word in ["ada@", "Grace", "grace", "deploy", "workflow.changed", "2026-11-21"] {
            #expect(!note.contains(word) && !message.contains(word), "\(word)")
        }
        #expect(try latest(repository) == ["Grace workflow.changed", "Ada workflow.changed", "Ada workflow.changed"])
        let index = try RecordIndex.open(repository.open())
        #expect(try index.events(AuditQuery(user: "ada")).count == 2)
        #expect(try index.sealedLines() == 0)
        #expect(try repository.verify().findings.isEmpty)
    }

    @Test func aDestroyedKeyErasesOnePersonsEventsAndLeavesTheChainWhole() throws {
        let repository = try sealed()
        var keys = try SubjectKeys(of: repository.open())
        let subject = try #require(try keys.destroy("ada@example.org"))
        let key = try Data(contentsOf: URL(filePath: repository.path + "/.git/wfrepo/subjects/\(subject)"))
        #expect(key.allSatisfy { $0 == 0 })
        #expect(try SubjectKeys.destroyed(in: repository.open()).map(\.subject) == [subject])
        #expect(try latest(repository) == ["Grace workflow.changed"])
        #expect(try RecordIndex.open(repository.open(), anew: true).sealedLines() == 2)
        let report = try repository.verify()
        #expect(report.faults.isEmpty)
        #expect(
            report.findings.map(\.message) == [
                "2 lines of subject \(subject) can't be read: the key is not here, or was destroyed"
            ])
        // The event in clear says when, and to whom nobody can tell any more.
        var event = try repository.event(5, .subjectForgotten)
        event.details = ["subject": .string(subject)]
        try repository.auditLog().append(event)
        #expect(
            try repository.verify().findings.map(\.message) == [
                "2 lines of subject \(subject) can't be read: the key was destroyed at 2026-11-21T05:20:11.250Z"
            ])
        #expect(try keys.destroy("ada@example.org") == nil)
        try SubjectKeys.removeDestroyed(subject, from: repository.open())
        #expect(!repository.exists(".git/wfrepo/subjects/\(subject)"))
    }

    @Test func aListOpensASealedLineAndTheIndexKeepsNothingForIt() throws {
        let repository = try TestRepository()
        var event = try repository.event(1, .runFinished)
        event.details = ["status": "cancelled"]
        for seals in [true, false] {
            event.id = try #require(AuditEventID(try repository.run(seals ? 1 : 2).run.description))
            try AuditLog(
                repository.open(), clone: clone, committer: wfrepo,
                clock: FixedClock(now: .at("2026-11-21T05:21:00.000Z")), seals: seals
            ).append(event)
        }
        let index = try RecordIndex.open(repository.open())
        #expect(try index.listedEvents(AuditQuery()).map(\.remark) == ["cancelled", "cancelled"])
        let kept = try index.read { try String?.fetchAll($0, sql: "SELECT remark FROM events ORDER BY id") }
        #expect(kept == [nil, "cancelled"])
        var keys = try SubjectKeys(of: repository.open())
        _ = try keys.destroy("ada@example.org")
        #expect(try index.listedEvents(AuditQuery()).count == 1)
    }

    @Test func aSealedLineThatWasChangedIsNamed() throws {
        let repository = try sealed()
        let note = try repository.git("notes", "--ref=\(Self.audit)", "show", "HEAD")
        try repository.git(
            "notes", "--ref=\(Self.audit)", "add", "-f", "-F", "-", "HEAD",
            input: note.replacing("\"sealed\":\"", with: "\"sealed\":\"A", maxReplacements: 1))
        #expect(try !repository.faults().isEmpty)
    }

    @Test func aKeyFileThatHoldsNoKeyIsSaid() throws {
        let repository = try sealed()
        let folder = repository.path + "/.git/wfrepo/subjects"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        #expect(
            try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions] as? Int == 0o600)
        try Data("{}".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        #expect(throws: RecordsError.self) { try SubjectKeys(of: repository.open()) }
    }
}
