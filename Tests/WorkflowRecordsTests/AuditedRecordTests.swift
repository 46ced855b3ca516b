import DocumentTree
import GitStore
import Testing
import WorkflowEngine

@testable import WorkflowRecords

/// Records against what the audit says of them.
@Suite struct AuditedRecordTests {
    private static let segment = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"

    /// Three recorded runs, and the audit of all that happened to them.
    private func audited() throws -> TestRepository {
        let repository = try TestRepository()
        for number in 1...3 {
            let run = try repository.realRun(number, ended: "2026-11-21T05:2\(number):06.250Z")
            try repository.auditLog().append(try AuditEvent.events(of: run).map { AuditLog.Entry($0) })
            try repository.record(run)
        }
        return repository
    }

    @Test func whatBelongsTogetherIsSound() throws {
        let report = try audited().verify()
        #expect(report.findings.isEmpty, "\(report.findings)")
    }

    /// Makes the segment of runs anew with every hash right.
    private func rewrite(_ repository: TestRepository, _ change: (inout [RunRecord]) throws -> Void) throws {
        try repository.git("update-ref", "-d", Self.segment)
        try DurableFile.write([], to: repository.path + "/.git/wfrepo/tips")
        var runs = try (1...3).map { try repository.realRun($0, ended: "2026-11-21T05:2\($0):06.250Z") }
        try change(&runs)
        for run in runs { try repository.record(run) }
    }

    @Test func aRecordThatWasMadeAnewIsNamed() throws {
        let repository = try audited()
        let (run, _) = try repository.recorded(1, ended: "2026-11-21T05:21:06.250Z")
        try rewrite(repository) { $0[0].inputs = ["day": "2025-01-01"] }
        let faults = try repository.faults().filter { !$0.contains("was rewritten") }
        #expect(
            faults.count == 1
                && faults[0].hasPrefix("run \(run): its record is not the one whose SHA-256 the audit has"))
    }

    @Test func aRecordThatWasLeftOutIsNamed() throws {
        let repository = try audited()
        let (run, commit) = try repository.recorded(2, ended: "2026-11-21T05:22:06.250Z")
        try rewrite(repository) { $0.remove(at: 1) }
        #expect(
            try repository.faults().contains(
                "run \(run): the audit says that it finished, and its record is gone (run commit \(commit))"))
    }

    @Test func aRecordThatTheAuditDoesNotKnowIsNamed() throws {
        let repository = try audited()
        let forged = try repository.realRun(9, ended: "2026-11-21T05:00:06.250Z")
        try repository.record(forged)
        let faults = try repository.faults()
        #expect(
            faults.count == 1 && faults[0].hasPrefix("run \(forged.run): the audit does not know of it"), "\(faults)")
    }
}
