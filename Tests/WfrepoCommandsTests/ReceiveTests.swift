import Foundation
import Testing

/// What a server's `pre-receive` lets in.
@Suite struct ReceiveTests {
    private func server() throws -> (sandbox: Sandbox, segment: String) {
        let sandbox = try Sandbox()
        try sandbox.succeed(
            "wfrepo init --bare server.git && wfrepo init a && git -C a remote add origin ../server.git")
        try sandbox.write("a/workflows/job.yaml", Sandbox.hello)
        try sandbox.succeed("wfrepo commit -m Start && wfrepo run job && REMOTE_USER=ada wfrepo sync", in: "a")
        let segment = try sandbox.succeed("git for-each-ref --format='%(refname)' refs/notes/wfrepo/runs/", in: "a")
        return (sandbox, segment.trimmingCharacters(in: .newlines))
    }

    @Test func eachSegmentHasOnePusher() throws {
        let (sandbox, segment) = try server()
        try sandbox.succeed("wfrepo run job", in: "a")
        let refused = try sandbox.fail("REMOTE_USER=mallory git push origin \(segment)", in: "a")
        #expect(refused.errors.contains("are pushed by ada, and this is mallory"), "\(refused.errors)")
        // `sync` says of each reference why, and no more.
        let lines = try sandbox.fail("REMOTE_USER=mallory wfrepo sync", in: "a").output.split(separator: "\n")
        #expect(lines.count == 2, "\(lines)")
        for line in lines {
            #expect(line.hasPrefix("refused: ") && line.ranges(of: "are pushed by ada").count == 1, "\(line)")
            #expect(!line.contains("  "), "\(line)")
        }
        try sandbox.succeed("REMOTE_USER=ada git push -q origin \(segment)", in: "a")
    }

    @Test(arguments: [
        ("+$other:SEGMENT", "records only grow"), (":SEGMENT", "records are removed only by the clone that wrote them"),
        ("$other:refs/notes/wfrepo/runs/other", "it is not the name of a segment of records"),
        ("$forged:SEGMENT", "is forged: no commit brought it"), ("$dropped:SEGMENT", "was dropped"),
        ("$other:refs/notes/wfrepo/runs/0123456789abcdef/2026-11", "is forged: no commit brought it"),
        ("main:refs/notes/wfrepo/runs/0123456789abcdef/2026-11", "it holds nothing that was recorded"),
        ("main:refs/notes/wfrepo/audit/0123456789abcdef/2026-11", "it holds nothing that was recorded"),
    ])
    func whatIsNoAppendIsRefused(refspec: String, reason: String) throws {
        let (sandbox, segment) = try server()
        let refspec = refspec.replacing("SEGMENT", with: segment)
        let answer = try sandbox.fail(
            """
            other=$(git commit-tree -m x \(segment)^{tree})
            record=$(git notes --ref=\(segment) list | while read note on; do
                git cat-file -p $note | grep -q '"schema"' && echo $note; done)
            run=$(git notes --ref=\(segment) list | grep $record | cut -d' ' -f2)
            git update-ref refs/notes/x \(segment) && git notes --ref=x add -f -C $record $(git commit-tree -m y HEAD^{tree})
            forged=$(git rev-parse refs/notes/x)
            git update-ref refs/notes/x \(segment) && git notes --ref=x remove $run 2>/dev/null
            dropped=$(git rev-parse refs/notes/x)
            REMOTE_USER=ada git push origin "\(refspec)"
            """, in: "a")
        #expect(answer.errors.contains(reason), "\(answer.errors)")
        try sandbox.succeed("git fsck --strict --no-dangling && wfrepo verify", in: "server.git")
    }

    /// What plain git pushes that has not fetched what others recorded: one reason a reference.
    @Test func aPushThatIsBehindIsRefusedInALine() throws {
        let (sandbox, segment) = try server()
        // git says nothing of its own settings for us.
        #expect(try sandbox.wfrepo("clone", "--quiet", "server.git", "b").errors.isEmpty)
        try sandbox.succeed("wfrepo run -q job && REMOTE_USER=ada wfrepo sync", in: "a")
        let answer = try sandbox.fail("git push --mirror", in: "b")
        let said = answer.errors.split(separator: "\n").filter {
            $0.hasPrefix("remote: wfrepo: ") && $0.contains(segment)
        }
        #expect(said.count == 1 && said[0].contains("records only grow"), "\(answer.errors)")
        try sandbox.succeed("wfrepo sync && git push --mirror && wfrepo verify", in: "b")
    }

    @Test func everyCommitOfAPushIsChecked() throws {
        let (sandbox, _) = try server()
        try sandbox.write("a/workflows/job.yaml", "steps: 7\n")
        try sandbox.succeed("git commit -qnam Broken", in: "a")
        let broken = try sandbox.succeed("git rev-parse --short HEAD", in: "a").trimmingCharacters(in: .newlines)
        try sandbox.write("a/workflows/job.yaml", Sandbox.hello + "# mended\n")
        try sandbox.succeed("git commit -qnam Mended", in: "a")
        let answer = try sandbox.fail("git push origin main", in: "a")
        #expect(answer.errors.contains("main, commit \(broken): "), "\(answer.errors)")
        #expect(answer.errors.contains("workflows/job.yaml:1:8"), "\(answer.errors)")
        // A commit that the server has already is not checked again.
        try sandbox.succeed("git reset -q --hard HEAD~2 && git push origin main && git push origin main:other", in: "a")
    }
}
