import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

/// What `verify` finds. Each test does by plain git, or by the recorder's own code, what an attacker would.
@Suite struct VerificationTests {
    private static let segment = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
    private static let notes = "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11"
    private static let audit = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-11"
    private static let auditNotes = "--ref=wfrepo/audit/a1b2c3d4e5f60718/2026-11"

    @Test func whatIsSoundIsUnprovenWithoutEvidence() throws {
        let repository = try TestRepository.withRecords()
        let report = try repository.verify()
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.conclusion == .unproven)
        #expect(report.segments.map(\.count) == [4, 3])
    }

    @Test func tipsKeptElsewhereProveIt() throws {
        let repository = try TestRepository.withRecords()
        try repository.keepSeenTips()
        #expect(try repository.verify().conclusion == .proven)
        try repository.record(try repository.realRun(9))
        // What came after the last look is not covered yet.
        let report = try repository.verify()
        #expect(report.faults.isEmpty && report.conclusion == .unproven)
    }

    @Test func aDroppedNoteIsNamed() throws {
        let repository = try TestRepository.withRecords()
        let (run, commit) = try repository.recorded(1)
        try repository.git("notes", Self.notes, "remove", commit)
        #expect(try repository.faults() == ["run \(run): its note on \(commit) was dropped (in \(Self.segment))"])
    }

    @Test func aReplacedRecordIsNamed() throws {
        let repository = try TestRepository.withRecords()
        let (run, commit) = try repository.recorded(1)
        let note = try repository.git("notes", Self.notes, "show", commit)
        try repository.git(
            "notes", Self.notes, "add", "-f", "-F", "-", commit, input: note.replacing("2026-11-20", with: "2026-11-19")
        )
        #expect(
            try repository.faults() == [
                "run \(run): its record was replaced after it was written (note on \(commit)) (in \(Self.segment))"
            ])
    }

    @Test func aRemarkBehindARecordIsNoTampering() throws {
        let repository = try TestRepository.withRecords()
        try repository.git("notes", Self.notes, "append", "-m", "seen by Ada", try repository.recorded(1).commit)
        try repository.git("notes", Self.notes, "append", "-m", "a remark", "HEAD")
        #expect(try repository.faults().isEmpty)
    }

    @Test func aForgedRecordIsNamed() throws {
        let repository = try TestRepository.withRecords()
        let commit = try repository.recorded(1).commit
        let note = try repository.git("notes", Self.notes, "show", commit)
        let forged = try repository.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "run deploy v2 succeeded")
        try repository.git("notes", Self.notes, "add", "-F", "-", forged, input: note)
        #expect(
            try repository.faults() == ["\(Self.segment): the record on \(forged) is forged: no commit brought it"])
    }

    @Test func aForgedDigestLineIsNamed() throws {
        let repository = try TestRepository.withRecords()
        let digest = try repository.git("notes", Self.notes, "show", "HEAD")
        try repository.git(
            "notes", Self.notes, "add", "-f", "-F", "-", "HEAD",
            input: digest.replacing(" succeeded ", with: " failed "))
        let faults = try repository.faults()
        #expect(faults.count == 3 && faults.allSatisfy { $0.hasSuffix("its record says something else") }, "\(faults)")
    }

    @Test func aRecordThatDoesNotFitItsVersionIsNamed() throws {
        let repository = try TestRepository()
        var wrong = try repository.realRun(1)
        wrong.definition.version = 7
        wrong.definition.hash = DefinitionHash(hexadecimal: String(repeating: "0", count: 64))
        try repository.record(wrong)
        let faults = try repository.faults()
        #expect(faults.contains { $0.contains("its record says v7, and \(wrong.definition.commit) has v2 of deploy") })
        #expect(faults.contains { $0.contains("the definition's hash is ") && $0.contains("its record says 0000") })
        #expect(faults.count == 2, "\(faults)")
    }

    /// Removes a segment, and what this clone keeps of it beside git; gives its tip.
    private func removeWithItsKeptTip(_ reference: String, from repository: TestRepository) throws -> String {
        let tip = try repository.git("rev-parse", reference)
        try repository.git("update-ref", "-d", reference)
        try FileManager.default.removeItem(atPath: repository.path + "/.git/wfrepo/tips")
        return tip
    }

    @Test func aRemovedSegmentIsNamedByTheNextOne() throws {
        let repository = try TestRepository()
        try repository.record(try repository.realRun(1, ended: "2026-10-10T00:00:00.000Z"))
        try repository.record(try repository.realRun(2))
        #expect(try repository.faults().isEmpty)
        let october = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-10"
        let tip = try removeWithItsKeptTip(october, from: repository)
        #expect(
            try repository.faults() == ["\(october): it was removed: \(Self.segment) goes on from its commit \(tip)"])
    }

    @Test func aRemovedLastSegmentIsNamedByWhatIsBesideIt() throws {
        let repository = try TestRepository.withRecords()
        let tip = try repository.git("rev-parse", Self.segment)
        try repository.keepSeenTips()
        try repository.git("update-ref", "-d", Self.segment)
        #expect(
            try repository.faults() == [
                "\(Self.segment): it was removed; its commit \(tip) was written last",
                "\(Self.segment): it was removed; its commit \(tip) was seen last",
            ])
    }

    /// Makes the segment of runs anew, with one record changed and every hash right.
    private func rewriteEverything(_ repository: TestRepository) throws {
        try repository.git("update-ref", "-d", Self.segment)
        try FileManager.default.removeItem(atPath: repository.path + "/.git/wfrepo/tips")
        var runs = try (1...3).map { try repository.realRun($0) }
        runs[0].status = .failed
        for run in runs { try repository.record(run) }
    }

    @Test func aRewrittenSegmentIsFoundByATipKeptElsewhere() throws {
        let repository = try TestRepository.withRecords()
        try repository.keepSeenTips()
        let tip = try repository.git("rev-parse", Self.segment)
        try rewriteEverything(repository)
        let rewritten = "\(Self.segment): it was rewritten: it no longer leads to the commit \(tip) that was seen last"
        #expect(try repository.faults() == [rewritten])
        // A later look does not make it right.
        try repository.keepSeenTips()
        #expect(try repository.faults() == [rewritten])
    }

    @Test func aRewrittenSegmentIsFoundByASignedCheckpoint() throws {
        let repository = try TestRepository.withRecords()
        let key = try repository.makeKey()
        let tip = try repository.git("rev-parse", Self.segment)
        let checkpoint = try repository.checkpoint(signingWith: key)
        #expect(try repository.verify().conclusion == .proven)
        try repository.git("verify-commit", checkpoint)
        try rewriteEverything(repository)
        #expect(
            try repository.faults() == [
                "\(Self.segment): it was rewritten: it no longer leads to \(tip), which checkpoint \(checkpoint) names"
            ])
    }

    /// The audit made anew, with one line changed and every hash right.
    private func rewriteAudit(_ repository: TestRepository) throws {
        try repository.git("update-ref", "-d", Self.audit)
        try FileManager.default.removeItem(atPath: repository.path + "/.git/wfrepo/tips")
        for number in 1...4 {
            var event = try repository.event(number)
            if number == 2 { event.actor = Actor(name: "Eve", email: "eve@example.org") }
            try repository.auditLog().append(event)
        }
    }

    @Test func aRewrittenAuditIsFoundByATipKeptElsewhere() throws {
        let repository = try TestRepository.withRecords()
        try repository.keepSeenTips()
        let tip = try repository.git("rev-parse", Self.audit)
        try rewriteAudit(repository)
        #expect(
            try repository.faults() == [
                "\(Self.audit): it was rewritten: it no longer leads to the commit \(tip) that was seen last"
            ])
        // Who can take that away, too, is not found, and is not called proven.
        try FileManager.default.removeItem(atPath: repository.seenFolder)
        let report = try repository.verify()
        #expect(report.faults.isEmpty && report.conclusion == .unproven)
    }

    /// What a signature covers stays covered; what was put behind it has nothing that speaks for it.
    @Test func whatFollowsASignedCheckpointIsUnprovenUntilTheNext() throws {
        let repository = try TestRepository.withRecords()
        let key = try repository.makeKey()
        let checkpoint = try repository.checkpoint(signingWith: key)
        try repository.auditLog().append(try repository.event(5))
        let audit = try #require(try repository.verify().segments.first { $0.segment.kind == .audit })
        #expect(!audit.isCovered && audit.evidence.map(\.tip.description) == [checkpoint])
        #expect(try repository.verify().conclusion == .unproven)
        _ = try repository.checkpoint(signingWith: key)
        #expect(try repository.verify().conclusion == .proven)
        // Without the signed commit the evidence is gone with it.
        try rewriteAudit(repository)
        #expect(try repository.verify().conclusion == .unproven)
    }

    @Test func aRemovedAuditSegmentIsNamedByTheNextOne() throws {
        let repository = try TestRepository()
        try repository.auditLog(at: "2026-10-30T00:00:00.000Z").append(try repository.event(1))
        try repository.auditLog().append(try repository.event(2))
        #expect(try repository.faults().isEmpty)
        let october = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-10"
        let tip = try removeWithItsKeptTip(october, from: repository)
        #expect(
            try repository.faults() == ["\(october): it was removed: \(Self.audit) goes on from its commit \(tip)"])
    }

    /// A `git notes` that came late took the tip out; the next recording united both.
    @Test func aTipThatWasUnitedWithSomebodyElsesIsStillLedTo() throws {
        let repository = try TestRepository.withRecords()
        let before = try repository.git("rev-parse", Self.segment)
        try repository.record(try repository.realRun(7))
        try repository.keepSeenTips()
        try repository.git("update-ref", Self.segment, before)
        try repository.git("notes", Self.notes, "append", "-m", "late", "HEAD")
        try repository.record(try repository.realRun(8))
        #expect(try repository.faults().isEmpty)
    }

    @Test func whereThereIsNeitherARewriteIsUnproven() throws {
        let repository = try TestRepository.withRecords()
        try rewriteEverything(repository)
        let report = try repository.verify()
        #expect(report.faults.isEmpty)
        #expect(report.conclusion == .unproven)
    }

    @Test func aFalseSignatureAndAnUnknownKeyAreNamed() throws {
        let repository = try TestRepository.withRecords()
        let key = try repository.makeKey()
        let checkpoint = try repository.checkpoint(signingWith: key)
        let bytes = try repository.git("cat-file", "commit", checkpoint)
        let forged = try repository.git(
            "hash-object", "-t", "commit", "-w", "--stdin",
            input: bytes.replacing("runs/a1b2", with: "runs/a1b3") + "\n")
        try repository.git("update-ref", Self.audit, forged)
        let faults = try repository.faults()
        #expect(faults.contains { $0.hasPrefix("checkpoint \(forged): its signature is false: ") }, "\(faults)")

        try repository.git("update-ref", Self.audit, checkpoint)
        try repository.git("config", "--unset", "gpg.ssh.allowedSignersFile")
        let report = try repository.verify()
        #expect(report.faults.isEmpty && report.conclusion == .unproven)
        #expect(report.findings.contains { $0.subject.hasPrefix("key SHA256:") })
    }

    @Test func checkpointsAreMadeOnceForWhatIsThere() throws {
        let repository = try TestRepository.withRecords()
        let first = try repository.checkpoint(signingWith: nil)
        guard case .upToDate = try repository.auditLog().checkpoint(signingWith: nil) else {
            Issue.record("a second checkpoint of the same")
            return
        }
        try repository.record(try repository.realRun(7))
        let second = try repository.checkpoint(signingWith: nil)
        let message = try repository.git("log", "-1", "--format=%B", second)
        #expect(message.contains("Checkpoint: \(Self.segment) \(try repository.git("rev-parse", Self.segment)) 4"))
        #expect(message.contains("Previous-Checkpoint: \(first)"))
        #expect(try repository.faults().isEmpty)
        try repository.auditLog().append(try repository.event(8))
        #expect(try repository.faults().isEmpty)
    }

    @Test(arguments: [
        ("changed", "was changed after it was written"), ("dropped", "is missing from the note on"),
        ("reordered", "were reordered, from event"), ("forged", "is forged: no commit brought it"),
        ("twice", "has a line twice"),
    ])
    func aTamperedAuditLineIsNamed(deed: String, message: String) throws {
        let repository = try TestRepository.withRecords()
        var lines = try repository.git("notes", Self.auditNotes, "show", "HEAD").split(separator: "\n").map(String.init)
        switch deed {
        case "changed": lines[1].replace("deploy", with: "destroy")
        case "dropped": lines.remove(at: 1)
        case "reordered": lines.swapAt(1, 2)
        case "forged":
            lines.append(lines[1].replacing(lines[1].prefix(33), with: "{\"id\":\"01KAJHM2PA0000000000000ZZZ"))
        default: lines.append(lines[1])
        }
        try repository.git(
            "notes", Self.auditNotes, "add", "-f", "-F", "-", "HEAD", input: lines.joined(separator: "\n"))
        let faults = try repository.faults()
        #expect(faults.count == 1 && faults[0].contains(message), "\(faults)")
    }

    @Test func aRemovedAuditIsPutBackByTheNextAppendWhichSaysSo() throws {
        let repository = try TestRepository.withRecords()
        try repository.git("update-ref", "-d", Self.audit)
        try repository.auditLog().append(try repository.event(9))
        #expect(try repository.faults().isEmpty)
        #expect(try repository.git("log", "-1", "--format=%B", Self.audit).contains("Foreign-Write: removed"))
    }
}
