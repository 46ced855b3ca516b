import Foundation
import Testing

/// What the audit is told later, at once with others, or not at all: after a kill, without hooks, beside a queue that fails.
@Suite struct LateAuditTests: AuditSuite {
    /// Of more than a few at once the index is asked.
    @Test func manySavesAtOnceAreToldWithTheirVersions() throws {
        let sandbox = try Sandbox.withWorkflows(["w1": Sandbox.hello])
        for number in 2...20 { try sandbox.write("workflows/w\(number).yaml", Sandbox.hello) }
        try sandbox.succeed("git add . && git commit -qm 'By git'")
        for number in 1...20 { try sandbox.write("workflows/w\(number).yaml", "steps:\n  - run: echo more\n") }
        try sandbox.succeed("git commit -qam 'By git' && wfrepo audit fold")
        let changes = try sandbox.objects(
            "audit", "list", "--event", "workflow.changed", "--limit", "100", "--json")
        #expect(changes.count == 20)
        #expect(changes.allSatisfy { $0["version"] as? Int == 2 })
    }

    /// As a kill leaves it between the move of the branch and the telling of it, of the program's own saves and of git's.
    @Test func aSaveThatWasNotToldIsToldLater() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        for date in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] { sandbox.environment[date] = nil }
        try sandbox.write("workflows/job.yaml", "steps:\n  - run: echo two\n")
        try sandbox.succeed("wfrepo commit -m Two && mkdir kept && cp .git/wfrepo/told .git/wfrepo/audit.queue kept")
        let before = try told(sandbox)
        try sandbox.succeed(
            "wfrepo rollback job --to v1 --reason Wrong -y && cp kept/told kept/audit.queue .git/wfrepo")
        try sandbox.write("workflows/job.yaml", "steps:\n  - run: echo three\n")
        try sandbox.succeed("git -c core.hooksPath=/dev/null commit -qam Three")
        // What a trigger or a run says of the commit is no telling of the save.
        try sandbox.succeed(
            """
            printf '{"id":"01KBCQ0000000000000000TR1G","time":"2026-11-01T10:00:00.000Z","event":"trigger.fired","workflow":"job",%s}\\n' \
                '"actor":{"name":"A","email":""},"source":{"kind":"hook","name":"x"},"details":{"commit":"'$(git rev-parse HEAD)'"}' \
                >> .git/wfrepo/audit.queue
            """)
        // A commit that did not come to be, as far as the branch goes, and one of a rebase.
        let head = try sandbox.succeed("git rev-parse HEAD").trimmingCharacters(in: .newlines)
        let other = try sandbox.succeed("git rev-parse HEAD~2").trimmingCharacters(in: .newlines)
        try sandbox.succeed(
            "printf '\(head) \(other) A <a@b> %s +0000\\tcommit: Never\\n' $(date +%s) >> .git/logs/HEAD && wfrepo audit fold"
        )
        for _ in 1...2 {
            let new = try told(sandbox).dropFirst(before.count)
            #expect(
                new.filter { $0.hasPrefix("workflow.") } == [
                    "workflow.rolled-back job history", "workflow.changed job history",
                ])
            #expect(new.contains { $0.hasPrefix("trigger.fired job x") })
            try sandbox.succeed(
                "rm .git/wfrepo/told; wfrepo run -q job; echo \(other) 0 > .git/wfrepo/told; wfrepo audit stats")
        }
        // Undone at once, and taken away by git.
        try sandbox.write("workflows/job.yaml", "steps:\n  - run: echo four\n")
        try sandbox.succeed(
            """
            git -c core.hooksPath=/dev/null commit -qam Four && object=$(git rev-parse HEAD) && git reset -q --hard HEAD~1
            rm .git/objects/$(echo $object | sed 's,^..,&/,')
            """)
        try sandbox.save(["other": Sandbox.hello], "Other")
        #expect(try sandbox.wfrepo("audit", "list").errors.isEmpty)
        let later = try sandbox.objects("audit", "list", "--event", "workflow.rolled-back", "--json")
        let details = try #require(later.first?["details"] as? [String: Any])
        #expect(details["told"] as? String == "later" && details["reason"] as? String == "Wrong")
        #expect(details["branch"] as? String == "main")
        #expect((later.first?["actor"] as? [String: Any])?["email"] as? String == "ada@example.test")
    }

    /// The key was written over when the command was killed: what is left is done and told once, and nothing is shown meanwhile.
    @Test func aForgettingThatWasKilledIsToldByTheNextCommand() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("wfrepo.yaml", "audit: {encrypt: true}\n")
        try sandbox.succeed("git add wfrepo.yaml && git commit -qm Seal")
        try sandbox.save(["job": Sandbox.hello], "Add")
        try sandbox.succeed("wfrepo audit fold && wfrepo audit list | grep -q workflow.created")
        let kill = """
            for key in .git/wfrepo/subjects/*; do
                head -c $(wc -c < $key) /dev/zero > zeros && cat zeros > $key && touch -d 2026-11-02T10:00:00Z $key; done
            """
        try sandbox.succeed("subject=$(ls .git/wfrepo/subjects) && \(kill) && echo $subject > subject")
        let subject = try sandbox.read("subject").trimmingCharacters(in: .newlines)
        // Killed once more, when the event was told and the file was not removed yet.
        for _ in 1...2 {
            #expect(try sandbox.wfrepo("audit", "list").output.contains("workflow.created") == false)
            let told = try sandbox.objects("audit", "list", "--event", "subject.forgotten", "--json")
            #expect(told.compactMap { ($0["details"] as? [String: Any])?["subject"] as? String } == [subject])
            #expect(try sandbox.succeed("ls .git/wfrepo/subjects | grep -v zeros || true").isEmpty)
            try sandbox.succeed("wfrepo audit fold && touch .git/wfrepo/subjects/\(subject) && \(kill)")
        }
    }

    @Test func aQueueThatCantBeWrittenIsSaidAndStopsNothing() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("rm -f .git/wfrepo/audit.queue && mkdir .git/wfrepo/audit.queue")
        let answer = try sandbox.wfrepo("rm", "job")
        #expect(answer.status == 0)
        #expect(answer.errors.hasPrefix("warning: the audit does not know of it: cannot write audit queue "))
    }
}
