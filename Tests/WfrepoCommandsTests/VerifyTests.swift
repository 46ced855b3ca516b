import Foundation
import Testing

/// `wfrepo verify` as a whole program.
@Suite struct VerifyTests {
    @Test func aRecordedRunIsProvenByTheTipKeptElsewhere() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        #expect(try sandbox.wfrepo("verify").output.hasPrefix("unproven: nothing is recorded yet"))
        try sandbox.succeed("wfrepo run job")
        let report = try sandbox.object("verify", "--json")
        #expect((report["findings"] as? [Any])?.isEmpty == true, "\(report)")
        #expect(report["conclusion"] as? String == "proven")
        // Without what is kept outside nobody can know.
        try sandbox.succeed("rm -r \"$XDG_STATE_HOME/wfrepo/seen\"")
        #expect(try sandbox.object("verify", "--json")["conclusion"] as? String == "unproven")
    }

    @Test func whatGitShowsInAnothersPlaceIsNamed() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run job && git replace $(git log --all --format=%H --grep '^Run: ') HEAD")
        let answer = try sandbox.wfrepo("verify")
        #expect(answer.status == 0)
        #expect(answer.output.contains("note: refs/replace/"), "\(answer.output)")
    }

    @Test func whoHasNoHomeKnowsLessAndAccusesNobody() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run job && wfrepo verify")
        try sandbox.succeed(
            "env -u HOME -u XDG_STATE_HOME -u XDG_CONFIG_HOME wfrepo verify > ../answer && grep '^unproven: ' ../answer"
        )
        #expect(try sandbox.read("../answer").contains("note: tips that were seen last: neither HOME nor "))
    }

    @Test func withoutGitNothingIsSaidOfTheRecords() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let answer = try sandbox.fail("program=$(command -v wfrepo); PATH=/nonexistent $program verify")
        #expect(answer.status == 2 && answer.output.isEmpty, "\(answer)")
        #expect(answer.errors.contains("git can't be run, so no object can be checked\nhint: "), "\(answer)")
    }

    @Test(arguments: ["", "wfrepo audit fold && "])
    func aSaveWhoseLineWasTakenOutOfTheQueueIsNamed(before: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        // Saves are compared with when the audit began.
        for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] { sandbox.environment[name] = nil }
        try sandbox.succeed("\(before)wfrepo mv job work")
        // Nothing is put into git in the background as long as somebody has the lock.
        try sandbox.succeed(
            """
            exec 9>>.git/wfrepo/audit.fold.lock; flock 9
            wfrepo disable work && git commit -q --amend -m 'Said otherwise' && wfrepo enable work
            git mv workflows/work.yaml workflows/job.yaml && git commit -qm 'By git' && wfrepo mv job work
            wfrepo rollback work --to HEAD~3 --yes --reason No
            wfrepo verify > ../before && ! grep 'no event of the audit' ../before
            sed -i /workflow.disabled/d .git/wfrepo/audit.queue
            """)
        let answer = try sandbox.wfrepo("verify")
        let commit = try sandbox.succeed("git rev-parse 'HEAD@{5}'").dropLast()
        #expect(
            answer.output.contains(
                "note: \(commit): it was made here and saved work, and no event of the audit tells of it"),
            "\(answer)")
        try sandbox.succeed("wfrepo audit fold && wfrepo verify | grep -q 'no event of the audit'")
    }

    @Test func anIndexThatSaysSomethingElseThanGitIsNamed() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello, "bad": "steps: [{id: no, run: exit 3}]\n"])
        try sandbox.succeed(
            "wfrepo run job && wfrepo stats && wfrepo run job && ! wfrepo run bad && wfrepo audit fold && wfrepo stats")
        try sandbox.succeed("wfrepo verify && cp .git/wfrepo/index.sqlite ../sound")
        for (change, table) in [
            ("UPDATE runs SET ended = ended + 1 WHERE id = (SELECT min(id) FROM runs)", "runs"),
            ("UPDATE days SET runs = runs + 1", "days"), ("UPDATE events SET name = 'Eve'", "events"),
            ("UPDATE step_days SET failed = failed + 1", "step_days"),
            ("UPDATE error_days SET class = 'x'", "error_days"),
            ("DELETE FROM chain WHERE position = 1", "chain"), ("UPDATE workflows SET name = name || 'x'", "runs"),
            ("UPDATE versions SET subject = 'x'", "versions"), ("UPDATE texts SET text = 'x'", "texts"),
        ] {
            try sandbox.succeed("sqlite3 .git/wfrepo/index.sqlite \"\(change)\"")
            let answer = try sandbox.wfrepo("verify")
            #expect(
                answer.status == 1 && answer.output.contains(" of its table \(table) are not what git says"),
                "\(change): \(answer)")
            try sandbox.succeed("rm .git/wfrepo/index.sqlite-* ; cp ../sound .git/wfrepo/index.sqlite")
        }
        try sandbox.succeed("wfrepo verify && ls .git/wfrepo > ../files && ! grep check ../files")
    }

    @Test(arguments: ["wfrepo init again", "git init -q again && wfrepo init again", "wfrepo clone hub.git again"])
    func aNewRepositoryIsNotTakenForOneThatWasThereBefore(making: String) throws {
        let sandbox = try Sandbox()
        try sandbox.succeed("wfrepo init again && wfrepo init --bare hub.git")
        try sandbox.write("again/workflows/job.yaml", Sandbox.hello)
        try sandbox.succeed("wfrepo commit -m Add && wfrepo run job && wfrepo verify", in: "again")
        try sandbox.succeed("rm -r again && \(making)")
        let answer = try sandbox.wfrepo("verify", in: "again")
        #expect(answer.status == (making.hasPrefix("git") ? 1 : 0), "\(answer)")
    }

    @Test func aChangedLogOrJournalIsNamed() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run job && wfrepo verify")
        try sandbox.succeed("sed -i s/hello/hallo/ .git/wfrepo/logs/*/greet.1.log")
        let answer = try sandbox.wfrepo("verify")
        #expect(answer.status == 1)
        #expect(answer.output.contains("greet.1.log: it is not the log that the record of run"), "\(answer.output)")
        #expect(answer.output.contains("tampered: 1 thing is not what was recorded"))
        try sandbox.succeed("sed -i s/hallo/hello/ .git/wfrepo/logs/*/greet.1.log && wfrepo verify")
        try sandbox.succeed("sqlite3 .git/wfrepo/state.sqlite \"UPDATE runs SET status = 'failed'\"")
        let journal = try sandbox.wfrepo("verify")
        #expect(journal.status == 1 && journal.output.contains("is not there as its record in git says"))
    }
}
