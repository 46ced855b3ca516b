import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

/// Records to prove, and what verifies them.
extension TestRepository {
    /// Three recorded runs, and four audit lines.
    static func withRecords() throws -> TestRepository {
        let repository = try TestRepository()
        for number in 1...3 { try repository.record(try repository.realRun(number)) }
        for number in 1...4 { try repository.auditLog().append(try repository.event(number)) }
        return repository
    }

    /// A run whose record says the truth about what ran.
    func realRun(_ number: Int, ended: String = "2026-11-21T05:20:06.250Z") throws -> RunRecord {
        var record = try run(number, ended: ended)
        let parsed = Workflow.parse(
            try open().blob(record.definition.blob), name: record.definition.workflow, file: record.definition.path)
        record.definition.hash = try #require(parsed.workflow).hash
        return record
    }

    func record(_ run: RunRecord, clone id: CloneID = clone) throws {
        let outcome = try recorder(clone: id).record(WaitingRuns([run]))
        #expect(outcome.recorded == [run.run] && outcome.refused.isEmpty, "\(outcome)")
    }

    /// The id and the commit of the run that was recorded as this number.
    func recorded(
        _ number: Int, ended: String = "2026-11-21T05:20:06.250Z"
    ) throws -> (run: RunID, commit: String) {
        let run = try realRun(number, ended: ended).run
        let commit = try git("log", "--all", "-1", "--format=%H", "--grep", "^Run: \(run)")
        return (run, commit)
    }

    func auditLog(at time: String = "2026-11-21T05:21:00.000Z", clone id: CloneID = clone) throws -> AuditLog {
        AuditLog(try open(), clone: id, committer: wfrepo, clock: FixedClock(now: try .at(time)))
    }

    func event(_ number: Int, _ kind: AuditEventKind = .workflowChanged) throws -> AuditEvent {
        let time = Timestamp(milliseconds: try Timestamp.at("2026-11-21T05:20:06.250Z").milliseconds + number * 1000)
        return AuditEvent(
            id: try #require(AuditEventID(try run(number).run.description)), time: time, kind: kind,
            workflow: WorkflowName("deploy"), version: 2, actor: Actor(name: "Ada", email: "ada@example.org"),
            source: AuditSource(.commandLine, "commit"))
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "LC_ALL": "C",
        ]
    }

    var seenFolder: String { path + "/state/seen" }

    func keepSeenTips() throws {
        let repository = try open()
        var seen = try SeenTips(repository, folder: seenFolder)
        try seen.advance(repository, now: 1_795_237_200)
    }

    func verify() throws -> ProofReport {
        let repository = try open()
        return RepositoryVerification(
            repository, git: GitProgram(repository, environment: environment),
            signatures: try SignatureCheck(repository.configuration, environment: environment),
            seen: try SeenTips(repository, folder: seenFolder)
        ).report()
    }

    /// What is wrong, a line a fault: `subject: message`.
    func faults() throws -> [String] {
        try verify().faults.map { "\($0.subject): \($0.message)" }
    }

    /// An ssh key of the user's that the repository's settings trust.
    func makeKey() throws -> SigningKey {
        let key = path + "/.git/key"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
        process.arguments = ["-q", "-t", "ed25519", "-N", "", "-f", key]
        try process.run()
        process.waitUntilExit()
        let publicKey = try String(contentsOfFile: key + ".pub", encoding: .utf8)
        try "ada@example.org \(publicKey)".write(toFile: path + "/.git/signers", atomically: true, encoding: .utf8)
        try git("config", "gpg.format", "ssh")
        try git("config", "gpg.ssh.allowedSignersFile", path + "/.git/signers")
        return SigningKey(keyFile: key)
    }

    /// Makes a checkpoint and names its commit.
    func checkpoint(signingWith key: SigningKey?) throws -> String {
        guard case .made(let commit, let isSigned, foreign: _) = try auditLog().checkpoint(signingWith: key) else {
            Issue.record("no checkpoint was made")
            return ""
        }
        #expect(isSigned == (key != nil))
        return commit.description
    }
}
