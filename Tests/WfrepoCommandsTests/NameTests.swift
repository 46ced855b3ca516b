import Foundation
import Testing

/// What may be a workflow's name, and what is said of files that have none.
@Suite struct NameTests {
    /// Shells complete paths, so what takes a revision takes one, too.
    @Test(arguments: ["show", "blame", "graph", "run -q", "diff", "revert --dry-run --reason x"])
    func aPathStandsForTheName(command: String) throws {
        let sandbox = try Sandbox.withWorkflows(["billing/job": Sandbox.hello])
        try sandbox.save(["billing/job": Sandbox.hello + "    timeout: 5s\n"], "Bound it")
        let named = try sandbox.succeed("wfrepo \(command) billing/job@v2")
        #expect(try sandbox.succeed("wfrepo \(command) workflows/billing/job.yaml@v2") == named)
        #expect(try sandbox.succeed("wfrepo \(command) job.yaml@v2", in: "workflows/billing") == named)
        #expect(
            try sandbox.fail("wfrepo \(command) workflows/none.yaml@v2").errors.contains("no workflow of that name"))
    }

    @Test func whatGitIgnoresIsNamed() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write(".gitignore", "/workflows/local*\n/workflows/drafts/\n")
        for name in ["local", "drafts/deep/one", "localx"] {
            try sandbox.write("workflows/\(name).yaml", Sandbox.hello)
        }
        try sandbox.write("workflows/drafts/notes.txt", "no definition")
        try sandbox.succeed("git add -f workflows/localx.yaml")
        #expect(
            try sandbox.git("status", "--short", "--ignored", "-uall", "workflows").output == """
                A  workflows/localx.yaml
                !! workflows/drafts/deep/one.yaml
                !! workflows/drafts/notes.txt
                !! workflows/local.yaml

                """)
        let hidden = ["workflows/drafts/deep/one.yaml", "workflows/local.yaml"]
        #expect(try sandbox.object("status", "--json")["ignored"] as? [String] == hidden)
        #expect(
            try sandbox.succeed("wfrepo status").hasSuffix(
                "FILE names the rule):\n  workflows/drafts/deep/one.yaml\n  workflows/local.yaml\n"))
        let staged = try sandbox.wfrepo("commit", "-m", "Staged")
        #expect(staged.status == 0 && staged.errors.isEmpty)
        let nothing = try sandbox.succeed("wfrepo commit")
        #expect(
            nothing.hasPrefix("Nothing to save: nothing differs from the last commit\nnote: \(hidden[0]): git's ignore")
        )
        #expect(nothing.hasSuffix("save it all the same: wfrepo commit workflows/local.yaml\n"))
        let named = try sandbox.wfrepo("commit", "-m", "Local", "workflows/local.yaml")
        #expect(named.status == 0)
        #expect(named.errors.hasPrefix("warning: git's ignore rules hide workflows/local.yaml: it was named"))
        #expect(try sandbox.object("status", "--json")["ignored"] as? [String] == [hidden[0]])
    }

    @Test func namesThatDifferInCaseAreToldOf() throws {
        let sandbox = try Sandbox.withWorkflows(["team/Job": Sandbox.hello, "jobs": Sandbox.hello])
        func save(_ name: String) throws -> String {
            try sandbox.write("workflows/\(name).yaml", Sandbox.hello)
            let answer = try sandbox.wfrepo("commit", "-m", "Add")
            #expect(answer.status == 0)
            return answer.errors
        }
        let told = """
            warning: workflows/Team/jOB.yaml: workflows/team/Job.yaml differs from it only in case; file systems that do not tell \
            case apart (macOS, Windows) have room for one of them — rename one: wfrepo mv NAME OTHER

            """
        #expect(try save("Team/jOB") == told)
        #expect(try save("team/Jobs").isEmpty)
        let check = try sandbox.wfrepo("check")
        #expect(check.status == 0)
        #expect(
            check.output.contains(
                "workflows/team/Job.yaml:1:1: warning: workflows/Team/jOB.yaml differs from it only in case"))
        #expect(check.output.hasSuffix("4 checked: no errors, 1 warning\n"))
        try sandbox.succeed("wfrepo mv Team/jOB Other && wfrepo check --strict")
        let moved = try sandbox.wfrepo("mv", "Other", "OTHER")
        #expect(moved.status == 0 && moved.errors.isEmpty)
    }

    @Test func aNameHasNoExtension() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        for command in ["new other.yaml", "mv job other.yml"] {
            let answer = try sandbox.fail("wfrepo \(command)")
            #expect(answer.errors.hasSuffix("a name has no extension\nhint: leave it out: other\n"))
        }
        try sandbox.succeed("wfrepo mv workflows/job.yaml workflows/other.yaml")
        #expect(try sandbox.git("ls-files", "workflows/*.yaml").output == "workflows/other.yaml\n")
    }

    @Test func filesThatCanBeNoWorkflowsAreNamed() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.write("workflows/a b.yaml", Sandbox.hello)
        let alone = try sandbox.wfrepo("commit")
        #expect(alone.status == 2)
        #expect(alone.errors.contains("workflows/a b.yaml: not a name for a workflow"))
        try sandbox.write("workflows/other.yaml", Sandbox.hello)
        let beside = try sandbox.wfrepo("commit")
        #expect(beside.status == 0)
        #expect(beside.errors.hasPrefix("warning: not saved: workflows/a b.yaml: not a name for a workflow"))
        #expect(try sandbox.git("status", "--porcelain").output == "?? \"workflows/a b.yaml\"\n")
    }

    @Test func aNameThatIsNoTextIsNamedToo() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("printf 'steps: []' >\"$(printf 'workflows/bad\\377.yaml')\"")
        let path = "workflows/bad\u{FFFD}.yaml"
        let check = try sandbox.wfrepo("check")
        #expect(check.status == 1)
        #expect(check.output.hasPrefix("\(path):1:1: the file's name can't be a workflow's"))
        #expect(try sandbox.wfrepo("status").output.contains("problem: \(path): not a name for a workflow"))
        #expect(try sandbox.wfrepo("commit").errors.contains("\(path): not a name for a workflow"))
    }

    @Test func namesMoveWithTheirHistory() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo mv job team/job && wfrepo disable team/job --reason Holiday")
        #expect(
            try sandbox.objects("log", "team/job", "--json").map { $0["kind"] as? String }
                == ["changed", "renamed", "created"])
        let run = try sandbox.wfrepo("run", "team/job")
        #expect(run.status == 2)
        #expect(
            run.errors.contains("team/job is switched off (enabled: false)\nhint: switch it on: wfrepo enable team/job")
        )
        #expect(try sandbox.git("log", "-1", "--format=%(trailers:key=Reason,valueonly)").output == "Holiday\n\n")
        try sandbox.succeed("wfrepo enable team/job && wfrepo run team/job && wfrepo rm team/job")
        #expect(try sandbox.wfrepo("show", "job").errors.contains("team/job"))
        #expect(try sandbox.git("status", "--porcelain").output == "")
    }
}
