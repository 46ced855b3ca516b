import Foundation
import Testing

@Suite struct RollbackTranscriptTests {
    private func repository() throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows([
            "job": "# As it was\r\nsteps: [{id: a, run: make}]   \n\n", "other": Sandbox.hello,
        ])
        try sandbox.save(["job": Sandbox.hello, "other": "steps:\n  - id: greet\n    run: echo two\n"], "Two")
        return sandbox
    }

    @Test func restoresByteForByteAndSaysWhy() throws {
        let sandbox = try repository()
        let undone = try sandbox.git("rev-parse", "HEAD").output.trimmingCharacters(in: .newlines)
        let answer = try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", "Two is wrong")
        #expect(answer.status == 0)
        #expect(answer.output.hasPrefix("job: v2 → v1\nundoes \(undone.prefix(7))\n[main "))
        #expect(
            try sandbox.git("rev-parse", "HEAD:workflows/job.yaml").output
                == sandbox.git("rev-parse", "HEAD~2:workflows/job.yaml").output)
        #expect(
            try Data(contentsOf: sandbox.root.appending(path: "workflows/job.yaml"))
                == Data("# As it was\r\nsteps: [{id: a, run: make}]   \n\n".utf8))
        let message = try sandbox.git("log", "-1", "--format=%B").output
        #expect(message.contains("\nThis reverts commit \(undone).\n"))
        #expect(message.contains("\nRollback-To: job@v1 "))
        #expect(message.contains("\nReason: Two is wrong\n"))
        #expect(try sandbox.git("status", "--porcelain").output == "")
        #expect(try sandbox.read("workflows/other.yaml").contains("two"))
    }

    @Test func severalAreOneCommitAndCanBeRolledBack() throws {
        let sandbox = try repository()
        try sandbox.succeed("wfrepo rollback job other --to v1 --reason Both")
        #expect(try sandbox.git("rev-list", "--count", "HEAD~1..HEAD").output == "1\n")
        #expect(try sandbox.git("diff", "--stat", "HEAD~2", "HEAD").output == "")
        try sandbox.succeed("wfrepo rollback --all --to HEAD~1 --reason 'Not after all'")
        #expect(try sandbox.git("diff", "--stat", "HEAD~2", "HEAD").output == "")
        #expect(try sandbox.objects("log", "job", "--json").map { $0["version"] as? Int } == [4, 3, 2, 1])
        try sandbox.succeed("git fsck --strict")
    }

    @Test func allOrNone() throws {
        let sandbox = try repository()
        let answer = try sandbox.wfrepo("rollback", "job", "nosuch", "--to", "v1", "--reason", "x")
        #expect(answer.status == 2)
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Two\n")
    }

    @Test func dryRunChangesNothing() throws {
        let sandbox = try repository()
        let answer = try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", "x", "--dry-run")
        #expect(answer.output.hasSuffix("Nothing was changed (--dry-run).\n"))
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Two\n")
        #expect(try sandbox.git("status", "--porcelain").output == "")
    }

    @Test func editsThatAreInNoCommitAreKept() throws {
        let sandbox = try repository()
        try sandbox.succeed("echo '# mine' >>workflows/job.yaml")
        let answer = try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", "x")
        #expect(answer.status == 2)
        #expect(
            answer.errors.contains(
                "it has edits that are in no commit and would be lost\nhint: save them: wfrepo commit job"))
        #expect(try sandbox.read("workflows/job.yaml").hasSuffix("# mine\n"))
    }

    @Test func bringsBackWhatWasRemovedOrMoved() throws {
        let sandbox = try repository()
        try sandbox.succeed(
            "wfrepo mv job team/job && wfrepo rm team/job && wfrepo rollback team/job --to v3 --reason 'Needed'")
        #expect(try sandbox.read("workflows/team/job.yaml") == Sandbox.hello)
        try sandbox.succeed("wfrepo rollback team/job --to v1 --reason 'The first one'")
        #expect(try sandbox.git("status", "--porcelain").output == "")
        #expect(try sandbox.wfrepo("run", "team/job", "--dry-run").status == 0)
    }

    @Test func aReasonIsNeeded() throws {
        let sandbox = try repository()
        #expect(try sandbox.wfrepo("rollback", "job", "--to", "v1").status == 64)
        #expect(try sandbox.wfrepo("rollback", "job", "--to", "v1", "--reason", " ").status == 2)
    }
}
