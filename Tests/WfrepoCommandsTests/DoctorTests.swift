import Testing

/// `wfrepo doctor`: each thing that would hurt is found, and the command that it names mends it.
@Suite struct DoctorTests {
    private func problems(_ sandbox: Sandbox) throws -> [[String: Any]] {
        try sandbox.objects("doctor", "--json").filter { ["warning", "error"].contains($0["level"] as? String) }
    }

    @Test func aFreshRepositoryIsHealthy() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let answer = try sandbox.wfrepo("doctor")
        #expect(answer.status == 0, "\(answer.output)")
        #expect(answer.output.hasSuffix("Nothing to mend.\n"))
        #expect(answer.output.contains("✓ configuration: 1 workflow without a fault"))
    }

    static let troubles: [(area: String, harm: String)] = [
        ("hooks", "rm .git/hooks/pre-commit"),
        ("permissions", "chmod 755 .git/wfrepo"),
        ("permissions", "chmod o+w .git/hooks"),
        ("locks", "touch -d '1 hour ago' .git/index.lock"),
        ("locks", "mkdir -p .git/refs/notes/x; touch -d '1 hour ago' \".git/refs/notes/x/it's.lock\""),
        ("git", "git config core.fsyncObjectFiles false"),
        ("git", "git config core.fsync none"),
        ("git", "git config core.autocrlf true"),
        ("git", "git config gc.pruneExpire now"),
        ("git", "git config remote.origin.push 'refs/notes/*:refs/notes/*'"),
        ("git", "git config remote.origin.fetch '+refs/notes/*:refs/notes/*'"),
        ("git", "git config remote.origin.mirror true"),
        ("secrets", "echo x | wfrepo secret set A; sed -i s/A/B/ .git/wfrepo/secrets/store.json"),
        ("permissions", "echo x | wfrepo secret set A; chmod 644 \"$HOME\"/.config/wfrepo/keys/*"),
    ]

    @Test(arguments: troubles)
    func troubleIsFoundAndMended(trouble: (area: String, harm: String)) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed(trouble.harm)
        let found = try problems(sandbox)
        #expect(found.map { $0["area"] as? String } == [trouble.area], "\(trouble.harm): \(found)")
        #expect(try sandbox.wfrepo("doctor").status == 1)
        for finding in found {
            let command = try #require(finding["command"] as? String)
            try sandbox.succeed(command)
        }
        #expect(try problems(sandbox).isEmpty, "\(trouble.harm)")
    }

    @Test func whatOnlyAPersonCanMendIsFoundToo() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("printf 'steps: 1\\n' > workflows/bad.yaml; git add -A; git commit -q --no-verify -m bad")
        #expect(try problems(sandbox).map { $0["command"] as? String } == ["wfrepo check bad"])
        sandbox.environment["GIT_COMMITTER_DATE"] = "2099-01-01T00:00:00+0000"
        try sandbox.succeed("git rm -q workflows/bad.yaml; git commit -q --no-verify -m late")
        #expect(try problems(sandbox).map { $0["area"] as? String } == ["clock"])
    }
}
