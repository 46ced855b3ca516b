import Foundation
import Testing

/// What commands, hooks and runs tell the audit.
@Suite struct AuditTranscriptTests: AuditSuite {
    @Test func everySaveIsToldOnceWhoeverMakesIt() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo mv job work && wfrepo disable work --reason holidays && wfrepo enable work")
        try sandbox.write("workflows/work.yaml", "steps:\n  - run: echo more\n")
        try sandbox.succeed("git commit -qam 'By git' && wfrepo rollback work --to HEAD~1 --reason 'too much' --yes")
        try sandbox.succeed("wfrepo revert work --reason 'rather not' --yes && wfrepo rm work")
        #expect(
            try told(sandbox) == [
                "trust.given wfrepo init", "workflow.created job wfrepo commit", "workflow.renamed work wfrepo mv",
                "workflow.disabled work wfrepo disable", "workflow.enabled work wfrepo enable",
                "workflow.changed work post-commit", "workflow.rolled-back work wfrepo rollback",
                "workflow.reverted work wfrepo revert", "workflow.deleted work wfrepo rm",
            ])
    }

    @Test func aSaveIsToldWithItsVersionAndWhatItBelongsTo() throws {
        let sandbox = try Sandbox.withWorkflows(["job": "on: {commit: {}}\n" + Sandbox.hello])
        try sandbox.succeed("wfrepo disable job && WFREPO_CORRELATION_ID=order-7 wfrepo mv job work")
        func saves() throws -> [String] {
            try sandbox.objects("audit", "list", "--event", "workflow.", "--json").reversed().map { event in
                [event["event"], event["workflow"], event["version"].map { "v\($0)" }, event["correlation_id"]]
                    .compactMap { $0 as? String }.joined(separator: " ")
            }
        }
        let expected = [
            "workflow.created job v1", "workflow.disabled job v2", "workflow.renamed work v3 order-7",
        ]
        // While it waits, and in git.
        #expect(try saves() == expected)
        try sandbox.succeed("wfrepo audit fold")
        #expect(try saves() == expected)
        let fired = try #require(try sandbox.objects("audit", "list", "--event", "trigger.fired", "--json").first)
        #expect(fired["version"] as? Int == 1)
        #expect(fired["run"] as? String == fired["correlation_id"] as? String)
        try sandbox.succeed("wfrepo audit export --format csv && wfrepo verify")
        #expect(
            try sandbox.read("audit.csv").contains(
                ",workflow.renamed,work,3,,Ada,ada@example.test,order-7,command-line,wfrepo mv,,,"))
    }

    @Test func whoCommitsIsTheActorAndNotWhomTheyNameAsTheAuthor() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write("workflows/job.yaml", Sandbox.hello + "# more\n")
        try sandbox.succeed("git commit -qam 'By git' --author 'Mallory <mallory@example.test>'")
        let saved = try #require(try sandbox.objects("audit", "list", "--event", "workflow.changed", "--json").first)
        #expect((saved["actor"] as? [String: Any])?["email"] as? String == "ada@example.test")
        #expect((saved["details"] as? [String: Any])?["author"] as? String == "Mallory <mallory@example.test>")
    }

    @Test func aPatchFromMailIsCheckedAndTold() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        func patch(_ text: String, _ name: String) throws {
            try sandbox.write("workflows/job.yaml", text)
            try sandbox.succeed(
                "git commit -qnam Patched && git format-patch -q -1 --stdout > ../\(name) && git reset -q --hard HEAD~1"
            )
        }
        try patch("steps: 7\n", "bad")
        try patch(Sandbox.hello + "# more\n", "good")
        let refused = try sandbox.fail("git am -q ../bad; status=$?; git am --abort; exit $status")
        #expect(refused.errors.contains("workflows/job.yaml:1:8"), "\(refused.errors)")
        try sandbox.succeed("git am -q ../good")
        #expect(
            try told(sandbox).suffix(2) == [
                "workflow.refused job pre-applypatch", "workflow.changed job post-applypatch",
            ])
    }

    @Test func aCheckIsToldOfWhatItRefusesAndOfWhatWasAskedFor() throws {
        let sandbox = try Sandbox.withWorkflows(["a": Sandbox.hello, "b": Sandbox.hello])
        func checks() throws -> [String] { try told(sandbox).filter { $0.hasSuffix(" wfrepo check") } }
        try sandbox.succeed("wfrepo check && wfrepo check b a")
        try sandbox.write("workflows/b.yaml", "stesp: []\n")
        try sandbox.fail("wfrepo check")
        #expect(
            try checks() == [
                "workflow.validated wfrepo check", "workflow.validated a wfrepo check",
                "workflow.validated b wfrepo check", "workflow.refused b wfrepo check",
            ])
    }

    @Test func refusalsAreToldWithoutTheSecretThatTheyRefuse() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let token = "ghp_" + "012345678901234567890123456789abcdef"
        try sandbox.write("workflows/job.yaml", "steps:\n  - run: deploy --token \(token)\n")
        try sandbox.fail("wfrepo commit job")
        try sandbox.fail("git commit -qam 'By git'")
        try sandbox.write("workflows/job.yaml", "stesp: []\n")
        try sandbox.fail("wfrepo commit")
        try sandbox.fail("wfrepo check")
        #expect(
            try told(sandbox).suffix(4) == [
                "workflow.refused job wfrepo commit", "workflow.refused job pre-commit",
                "workflow.refused job wfrepo commit", "workflow.refused job wfrepo check",
            ])
        #expect(
            try sandbox.shell("git grep -q \(token) $(git for-each-ref --format='%(refname)' refs/notes)").status != 0)
    }

    @Test func aRunIsToldFromItsRecordAndItsControlAtOnce() throws {
        let sandbox = try Sandbox.withWorkflows(["job": "secrets: [KEY]\nsteps:\n  - run: exit 3\n"])
        try sandbox.succeed("! KEY=hush wfrepo run job -q")
        #expect(
            try told(sandbox).dropFirst(2) == [
                "secret.read job engine", "run.queued job wfrepo run", "run.started job engine",
                "run.finished job engine",
            ])
    }

    @Test func approvalsAreToldWhenTheyAreAskedGivenRefusedAndLapse() throws {
        let gate = "steps:\n  - {id: gate, uses: approval, with: {message: Go on?%}}\n"
        let sandbox = try Sandbox.withWorkflows([
            "job": gate.replacing("%", with: ""), "short": gate.replacing("%", with: ", lapse: 20ms"),
        ])
        /// What the audit tells of approvals, the oldest first; a run's end is waited for.
        func approvals() throws -> [String] {
            try sandbox.objects("audit", "list", "--event", "approval.", "--json").reversed().map { event in
                let details = event["details"] as? [String: Any]
                return [event["event"], event["workflow"], details?["step"]].compactMap { $0 as? String }
                    .joined(separator: " ")
            }
        }
        let waits = try sandbox.wfrepo("run", "job", "-q")
        #expect(waits.status == 6)
        // At once, also if it is cancelled before anybody decides.
        #expect(try approvals() == ["approval.asked job gate"])
        try sandbox.succeed("wfrepo runs cancel latest")
        try sandbox.wfrepo("run", "job", "-q")
        try sandbox.succeed("wfrepo runs approve latest gate && wfrepo runs watch latest")
        try sandbox.wfrepo("run", "job", "-q")
        try sandbox.shell("\(Sandbox.program) runs reject latest gate && \(Sandbox.program) runs watch latest")
        try sandbox.wfrepo("run", "short", "-q")
        try sandbox.shell("\(Sandbox.program) runs resume latest; \(Sandbox.program) runs watch latest")
        for _ in 0..<2 {
            #expect(
                try approvals() == [
                    "approval.asked job gate", "approval.asked job gate", "approval.given job gate",
                    "approval.asked job gate", "approval.refused job gate", "approval.asked short gate",
                    "approval.lapsed short gate",
                ])
            try sandbox.succeed("wfrepo audit fold >/dev/null && wfrepo verify")
        }
    }

    @Test func triggersThatFireOrAreRefusedAreTold() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.succeed("wfrepo trust --revoke")
        try sandbox.save(["job": "on: {commit: {}}\n" + Sandbox.hello], "Add job")
        #expect(
            try told(sandbox).suffix(3) == [
                "trust.removed wfrepo trust", "trigger.refused job post-commit", "workflow.created job wfrepo commit",
            ])
    }

    @Test func whereTheKeysAreNotTheListSaysThatEventsAreSealed() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("wfrepo.yaml", "audit: {encrypt: true}\n")
        try sandbox.succeed(
            "git add wfrepo.yaml && git commit -qm Seal && wfrepo init --bare --json hub.git >/dev/null")
        try sandbox.save(["job": Sandbox.hello], "Add")
        try sandbox.succeed(
            "git remote add origin hub.git && wfrepo sync && wfrepo audit fold && wfrepo audit export --format csv")
        #expect(try sandbox.read("audit.csv").contains(",workflow.created,job,"))
        try sandbox.succeed("wfrepo clone --quiet hub.git other")
        let note = "events are sealed and can't be shown: the key is in the clone that wrote them, or was destroyed"
        for command in ["list", "users", "stats"] {
            #expect(try sandbox.wfrepo("audit", command, in: "other").errors.contains(note), "\(command)")
            #expect(try sandbox.wfrepo("audit", command).errors.isEmpty, "\(command)")
        }
        try sandbox.succeed("wfrepo audit export --format csv", in: "other")
        #expect(try sandbox.read("other/audit.csv").split(separator: "\r\n")[1].contains(",,sealed,,"))
        try sandbox.succeed("wfrepo audit forget --yes ada@example.test")
        #expect(try sandbox.wfrepo("audit", "list").errors.contains(note))
    }

    @Test func aStepAsksOnBehalfOfWhoRunsIt() throws {
        let ask = "\(Sandbox.builtPrograms.path)/wfrepo step interrupt --reason why"
        let sandbox = try Sandbox.withWorkflows(["job": "steps:\n  - run: '[ \"$WFREPO_ANSWER\" ] || \(ask)'\n"])
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 6)
        let asked = try sandbox.objects("audit", "list", "--event", "step.asked", "--json")
        #expect(asked.count == 1)
        #expect((asked.first?["actor"] as? [String: Any])?["email"] as? String == "ada@example.test")
        // The reason may hold secrets, and nobody there could tell.
        #expect((asked.first?["details"] as? [String: Any])?.keys.sorted() == ["attempt", "step"])
    }

    @Test func aDefinitionThatCantBeStartedIsToldOnce() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write("workflows/job.yaml", "on: {commit: {}}\nstesp: 3\n")
        try sandbox.succeed("git commit -qam Broken --no-verify")
        #expect(try told(sandbox).filter { $0.hasPrefix("trigger.") } == ["trigger.skipped job post-commit"])
    }

    @Test func aPushIsToldWhereItArrives() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo init --bare hub.git --json >/dev/null && git push -q hub.git main")
        try sandbox.succeed("cd hub.git && wfrepo audit fold >/dev/null")
        let notes = try sandbox.succeed("cd hub.git && git log -1 --notes='wfrepo/audit/*' main")
        #expect(notes.contains("\"event\":\"workflow.created\",\"workflow\":\"job\""))
        #expect(notes.contains("\"source\":{\"kind\":\"hook\",\"name\":\"post-receive\"}"))
        #expect(notes.contains("\"author\":\"Ada <ada@example.test>\""))
    }
}
