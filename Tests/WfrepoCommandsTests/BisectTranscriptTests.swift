import Foundation
import Testing

/// What results say of versions: bisect, log, show, blame, and the difference between runs.
@Suite struct BisectTranscriptTests {
    private static let good = "steps:\n  - id: work\n    run: echo"
    private static let bad = "steps:\n  - id: work\n    run: exit 7 #"

    /// Versions of `job` by whether they work; those with a capital letter are run.
    private func sandbox(_ versions: String) throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows()
        for (index, version) in versions.enumerated() {
            try sandbox.save(
                ["job": (version.lowercased() == "g" ? Self.good : Self.bad) + " \(index)\n"], "Version \(index + 1)")
            if version.isUppercase { try sandbox.shell("\(Sandbox.program) run job -q") }
        }
        return sandbox
    }

    @Test(arguments: [
        ("GGBB", "guilty", "v2", 3, 0), ("GgbB", "unclear", "v1", 4, 1), ("GG", "good", nil, nil, 0),
        ("BB", "bad", nil, nil, 0), ("gb", "no-runs", nil, nil, 1), ("GBGB", "guilty", "v3", 4, 0),
        ("GBGG", "guilty", "v1", 2, 0), ("gGB", "guilty", "v2", 3, 0),
    ])
    func theFirstBadVersionBehindTheLastGoodOneIsGuilty(
        versions: String, verdict: String, good: String?, bad: Int?, status: Int32
    ) throws {
        let sandbox = try sandbox(versions)
        let answer = try sandbox.object("bisect", "job", "--json")
        #expect(answer["verdict"] as? String == verdict)
        #expect(answer["good"] as? String == good)
        #expect((answer["bad"] as? [String: Any])?["version"] as? Int == bad)
        #expect(try sandbox.wfrepo("bisect", "job").status == (verdict == "guilty" ? 0 : 1))
    }

    @Test func runsFillWhatIsNotKnown() throws {
        let sandbox = try sandbox("GggbbB")
        let unclear = try sandbox.wfrepo("bisect", "job")
        #expect(unclear.output.contains("There is no evidence on v2, v3, v4, v5; run them: wfrepo bisect job --run"))
        let answer = try sandbox.wfrepo("bisect", "job", "--run")
        #expect(answer.status == 0)
        #expect(answer.output.hasPrefix("job v4 is the first that is known to fail; v3 is the last that succeeded"))
        #expect(answer.output.contains("~ steps[work].run: echo 2 → exit 7"))
        // By halves: three of four at most.
        #expect(answer.errors.components(separatedBy: "running job").count - 1 <= 3)
        #expect(try sandbox.wfrepo("bisect", "job", "--good", "v9").status == 2)
        let reversed = try sandbox.wfrepo("bisect", "job", "--good", "v3", "--bad", "v3")
        #expect(reversed.status == 64 && reversed.errors.contains("does not come before v3"), "\(reversed)")
    }

    @Test func anOldNamesRunsAreEvidenceToo() throws {
        let sandbox = try sandbox("G")
        try sandbox.succeed("wfrepo mv job work")
        try sandbox.save(["work": Self.bad + "\n"], "Break it")
        try sandbox.succeed("! wfrepo run work -q")
        let answer = try sandbox.object("bisect", "work", "--json")
        #expect(answer["verdict"] as? String == "unclear")
        #expect(answer["good"] as? String == "v1")
        #expect(answer["unknown"] as? [String] == ["v2"])
        #expect(try sandbox.wfrepo("bisect", "work", "--run").status == 0)
    }

    @Test func anotherBranchsVersionOfTheSameNumberIsNoEvidence() throws {
        let sandbox = try sandbox("GB")
        try sandbox.succeed("git checkout -q -b side HEAD~1")
        try sandbox.save(["job": Self.good + " side\n"], "Mend it there")
        try sandbox.succeed("wfrepo run job -q && wfrepo run job -q && git checkout -q main")
        let answer = try sandbox.object("bisect", "job", "--json")
        #expect(answer["verdict"] as? String == "guilty")
        #expect((answer["bad"] as? [String: Any])?["version"] as? Int == 2)
        let log = try sandbox.objects("log", "job", "--json")
        #expect(log.map { ($0["runs"] as? [String: Any])?["runs"] as? Int } == [1, 1])
        let shown = try sandbox.object("show", "job@v2", "--json")
        #expect(((shown["runs"] as? [String: Any])?["latest"] as? [Any])?.count == 1)
        let versions = try #require(try sandbox.object("stats", "job", "--json")["versions"] as? [[String: Any]])
        #expect(
            versions.map { "\($0["version"] ?? "") \($0["succeeded"] ?? "")" }
                == ["v2 0", "v2 of another branch 2", "v1 1"])
        // Whoever is there sees it the other way round.
        try sandbox.succeed("git checkout -q side")
        #expect(try sandbox.object("bisect", "job", "--json")["verdict"] as? String == "good")
    }

    @Test func versionsTellHowTheirRunsWent() throws {
        let sandbox = try sandbox("GB")
        try sandbox.succeed("! wfrepo run job -q")
        let log = try sandbox.objects("log", "job", "--json")
        #expect(log.map { ($0["runs"] as? [String: Any])?["failed"] as? Int } == [2, 0])
        #expect(
            try sandbox.wfrepo("log", "job").output.contains("Runs:   2 runs, 0.0 % succeeded; the last failed at "))
        #expect(try sandbox.wfrepo("show", "job@v1").output.contains("# 1 run, 100.0 % succeeded\n#   01"))
        #expect(try sandbox.wfrepo("show", "job@v1", "--raw").output == Self.good + " 0\n")
        let blame = try sandbox.objects("blame", "job", "--json")
        #expect((blame.first?["runs_since"] as? [String: Any])?["runs"] as? Int == 2)
    }

    @Test func aFailedRunTellsWhatIsDifferentSinceTheLastSuccess() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job":
                "inputs:\n  day: {type: string}\nsteps:\n  - id: work\n    run: test \"${{ inputs.day }}\" = monday\n"
        ])
        try sandbox.succeed("wfrepo run job -q --input day=monday && ! wfrepo run job -q --input day=tuesday")
        let shown = try sandbox.wfrepo("runs", "show", "latest").output
        #expect(shown.contains("since the last success, job v1 at "))
        #expect(shown.contains("input day   monday → tuesday"))
        #expect(shown.contains("definition  means the same"))
        let runs = try sandbox.objects("runs", "list", "--json").compactMap { $0["run"] as? String }
        let difference = try sandbox.object("runs", "diff", runs[1], runs[0], "--json")
        #expect(difference["definition_differs"] as? Bool == false)
        let inputs = difference["inputs"] as? [[String: Any]]
        #expect(inputs?.first?["new"] as? String == "tuesday")
        #expect(
            ((difference["steps"] as? [[String: Any]])?.first?["new"] as? [String: Any])?["status"] as? String
                == "failed")
        #expect(try sandbox.wfrepo("runs", "diff", runs[0], runs[0]).output.hasSuffix("\nThe same definition ran.\n"))
    }

    @Test func runsOfAnotherCloneAreListedToo() throws {
        let sandbox = try sandbox("G")
        try sandbox.succeed(
            """
            git clone -q . other && cd other && wfrepo init --json >/dev/null && wfrepo run job -q
            git push -q .. 'refs/notes/wfrepo/runs/*:refs/notes/wfrepo/runs/*'
            """)
        #expect(try sandbox.objects("runs", "list", "--json").count == 2)
        #expect(try sandbox.objects("runs", "list", "job", "--status", "succeeded", "--json").count == 2)
        #expect(try sandbox.object("stats", "job", "--json")["runs"] as? Int == 2)
    }
}
