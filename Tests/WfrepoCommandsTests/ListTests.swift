import Foundation
import Testing

/// `wfrepo list`, as a person and a script use it.
@Suite struct ListTests {
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows([
            "deploy": Sandbox.hello, "team/night": "name: \"Nightly\\n work\"\non: [push, commit]\n" + Sandbox.hello,
            "team/old": "enabled: false\n" + Sandbox.hello,
        ])
        try sandbox.write("workflows/broken.yaml", "steps: 7\n")
        try sandbox.write("workflows/team/new.yaml", Sandbox.hello)
        try sandbox.succeed("git add workflows/broken.yaml && git commit -q --no-verify -m 'By hand'")
        return sandbox
    }

    @Test func workflowsComeWithVersionStartAndLatestRun() throws {
        let sandbox = try sandbox()
        try sandbox.succeed("wfrepo run -q deploy && wfrepo run -q deploy")
        try sandbox.save(["deploy": "steps:\n  - id: greet\n    run: exit 3\n"], "Break it")
        try sandbox.succeed("! wfrepo run -q deploy")
        let list = try sandbox.objects("list", "--json")
        // What is in the work tree alone is none of them.
        #expect(list.map { $0["workflow"] as? String } == ["broken", "deploy", "team/night", "team/old"])
        #expect(list.map { $0["version"] as? Int } == [1, 2, 1, 1])
        #expect(list.map { $0["valid"] as? Bool } == [false, true, true, true])
        #expect(list.map { $0["enabled"] as? Bool } == [nil, true, true, false])
        #expect(list[2]["on"] as? [String] == ["commit", "push"])
        #expect(list[2]["title"] as? String == "Nightly work")
        let latest = try #require(list[1]["last_run"] as? [String: Any])
        #expect(latest["status"] as? String == "failed" && latest["version"] as? String == "deploy v2")
        #expect(latest["run"] as? String == (try sandbox.objects("runs", "list", "--json"))[0]["run"] as? String)
        #expect(list[3]["last_run"] is NSNull)
        // Without control characters, a line each.
        let lines = try sandbox.wfrepo("list").output.split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("broken      v1  faulty"))
        #expect(lines[1].hasPrefix("deploy      v2  by hand       failed "))
        #expect(lines[2].hasPrefix("team/night  v1  commit, push") && lines[2].hasSuffix("  Nightly work"))
        #expect(lines[3] == "team/old    v1  disabled")
        #expect(try sandbox.wfrepo("ls").output == lines.map { $0 + "\n" }.joined())
    }

    /// A run in flight, too, and with no index at all.
    @Test func theLatestRunIsFoundWhereverItIs() throws {
        let sandbox = try Sandbox.withWorkflows([
            "gate": "steps:\n  - id: ask\n    uses: approval\n    with: {message: \"go?\"}\n", "job": Sandbox.hello,
        ])
        try sandbox.succeed("wfrepo run -q job; wfrepo run -q gate || test $? = 6")
        let statuses = {
            try sandbox.objects("list", "--json").map { ($0["last_run"] as? [String: Any])?["status"] as? String }
        }
        #expect(try statuses() == ["waiting", "succeeded"])
        try sandbox.succeed("wfrepo runs cancel latest")
        #expect(try statuses() == ["cancelled", "succeeded"])
        #expect(try sandbox.wfrepo("list", "--status", "cancelled", "--name-only").output == "gate\n")
    }

    @Test func namesFoldersPatternsAndFlagsChoose() throws {
        let sandbox = try sandbox()
        for (arguments, expected) in [
            ("deploy", "deploy\n"), ("team", "team/night\nteam/old\n"),
            ("team/ deploy", "deploy\nteam/night\nteam/old\n"),
            ("'*o*'", "broken\ndeploy\nteam/old\n"), ("'t?am/n*'", "team/night\n"), ("--disabled", "team/old\n"),
            ("--enabled", "deploy\nteam/night\n"), ("--on push", "team/night\n"), ("--on schedule", ""),
            ("'nothing*'", ""), ("--status failed", ""),
        ] {
            #expect(try sandbox.succeed("wfrepo list --name-only \(arguments)") == expected, "\(arguments)")
        }
        let slip = try sandbox.fail("wfrepo list deplyo")
        #expect(
            slip.errors == """
                wfrepo: no workflow or folder 'deplyo' in the last commit
                hint: did you mean 'deploy'? 'wfrepo list' lists all

                """)
        for wrong in ["--enabled --disabled", "--name-only --json", "--on noon", "--status gone"] {
            #expect(
                try sandbox.wfrepo(words: ["list"] + wrong.split(separator: " ").map(String.init)).status == 64,
                "\(wrong)")
        }
    }

    /// What was kept of definitions is brought up to date by every change, also by plain git's, and made anew where it was damaged.
    @Test func changesOfDefinitionsAreSeen() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.wfrepo("list", "--disabled", "--name-only").output == "team/old\n")
        try sandbox.succeed("git mv workflows/team/old.yaml workflows/older.yaml && git commit -q --no-verify -m Move")
        try sandbox.succeed("wfrepo disable deploy")
        #expect(try sandbox.wfrepo("list", "--disabled", "--name-only").output == "deploy\nolder\n")
        try sandbox.write(".git/wfrepo/listed", "wfrepo-listed-1 damaged\nworkflows/deploy.yaml\n")
        #expect(try sandbox.wfrepo("list", "--disabled", "--name-only").output == "deploy\nolder\n")
        #expect(try sandbox.succeed("git init -q empty && wfrepo -C empty list --json") == "[]\n")
    }
}
