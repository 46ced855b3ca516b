import Testing
import WorkflowLanguage

@Suite struct SettingsTests {
    private func settings(_ text: String) throws -> Settings {
        let result = Settings.parse(Array(text.utf8))
        #expect(result.problems == [])
        return try #require(result.settings)
    }

    private func errors(_ text: String, name: String = "a", _ settings: Settings) throws -> [String] {
        let name = try #require(WorkflowName(name))
        return Workflow.parse(Array(text.utf8), name: name, scope: settings.scope(of: name)).errors.map(\.description)
    }

    @Test func kindsAreAllowedByNamespace() throws {
        let settings = try settings("kinds: {allow: [log], namespaces: {billing: [fail]}}")
        let text = "steps: [{uses: fail}]"
        #expect(try errors(text, name: "billing/a", settings) == [])
        #expect(
            try errors(text, settings) == [
                "workflows/a.yaml:1:16: the kind `fail` is not allowed here — `kinds` in wfrepo.yaml says which are"
            ])
        #expect(try errors(text, .standard) == [])
    }

    @Test func programsAreAllowedByNamespace() throws {
        let settings = try settings("programs: {allow: [sh, /usr/bin/jq], namespaces: {locked: []}}")
        #expect(try errors("steps: [{run: a}, {run: b, shell: /usr/bin/jq}]", settings) == [])
        #expect(
            try errors("steps: [{run: a}, {run: print(1), shell: python3}]", settings) == [
                "workflows/a.yaml:1:42: the program `python3` is not allowed here — `programs` in wfrepo.yaml allows sh, /usr/bin/jq"
            ])
        #expect(
            try errors("steps:\n  - run: a\n", name: "locked/a", settings) == [
                "workflows/locked/a.yaml:2:10: the program `sh` is not allowed here — `programs` in wfrepo.yaml allows none"
            ])
        #expect(
            try errors(
                "defaults: {shell: bash}\nsteps: [{uses: log, with: {message: a}, compensate: {run: b}}]", settings
            )
            .count == 1)
    }

    @Test func limitsAreACeiling() throws {
        let settings = try settings("limits: {memory: 1GiB, cpu-time: 1m, output: 1MB}")
        #expect(
            try errors("steps: [{run: a, limits: {memory: 2GiB, cpu-time: 30s}}]", settings) == [
                "workflows/a.yaml:1:35: `memory` may be at most 1GiB here — `limits` in wfrepo.yaml says so"
            ])
        let name = try #require(WorkflowName("a"))
        let parsed = Workflow.parse(
            Array("steps: [{run: a, limits: {cpu-time: 30s}}, {run: b}]".utf8), name: name,
            scope: settings.scope(of: name))
        let steps = try #require(parsed.workflow).steps
        #expect(steps[0].limits == StepLimits(memory: 1 << 30, cpuTime: .seconds(30), output: 1_000_000))
        #expect(steps[1].limits == StepLimits(memory: 1 << 30, cpuTime: .seconds(60), output: 1_000_000))
    }

    @Test func everyKeyIsRead() throws {
        let settings = try settings(
            """
            durability: normal
            hosts: {allow: ["*.example.test"]}
            retention: {logs: 30d, log-size: 100MB}
            """)
        #expect(settings.durability == .normal)
        #expect(settings.logAge == .seconds(30 * 86_400))
        #expect(settings.logSize == 100_000_000)
        #expect(settings.allowing.hosts == AllowList(["*.example.test"]))
    }

    @Test func periodsOfYearsAreNeverTooShort() throws {
        let settings = try settings("retention: {runs: 12w, audit: 7y}")
        #expect(settings.runAge == .seconds(84 * 86_400))
        #expect(settings.auditAge == .seconds(2562 * 86_400))
    }

    @Test func anEmptyFileIsTheStandard() { #expect(Settings.parse(Array("# nothing\n".utf8)).settings == .standard) }

    @Test(arguments: [
        ("knids: {}", "wfrepo.yaml:1:1: a file of settings has no key `knids` — did you mean `kinds`?"),
        ("retention: 30d", "wfrepo.yaml:1:12: `retention` must be a mapping, not `30d`"),
        ("retention: {runs: 3 weeks}", "wfrepo.yaml:1:19: `runs` must be a period of days, weeks or years"),
        ("kinds: [log]", "wfrepo.yaml:1:8: `kinds` must be a mapping, not a list"),
        ("kinds: {allow: [log, log]}", "wfrepo.yaml:1:22: `log` is twice in `allow`"), ("a: [", "wfrepo.yaml:"),
        (
            "durability: ful",
            "wfrepo.yaml:1:13: `durability` must be one of `full`, `normal`, not `ful` — did you mean `full`?"
        ), ("limits: {memory: lots}", "wfrepo.yaml:1:18: `memory` must be an amount of bytes"),
        ("limits: {memory: 0}", "wfrepo.yaml:1:18: `memory` must be an amount from 1 byte"),
        ("limits: {cpu-time: 1500ms}", "wfrepo.yaml:1:20: `cpu-time` is counted in whole seconds"),
    ])
    func faults(text: String, start: String) {
        let result = Settings.parse(Array(text.utf8))
        #expect(result.settings == nil)
        #expect(result.problems.first?.description.hasPrefix(start) ?? false, "\(result.problems)")
    }

    @Test func hostsAreMatched() {
        let pattern = HostPattern("*.Example.test")
        #expect(pattern.matches("api.example.TEST."))
        #expect(!pattern.matches("example.test"))
        #expect(!pattern.matches("badexample.test"))
        #expect(HostPattern("example.test").matches("example.test"))
        #expect(!HostPattern("example.test").matches("api.example.test"))
    }

    @Test(arguments: [
        ("https://api.example.test/orders", "api.example.test"), ("http://user:pw@h:8080?x", "h"),
        ("https://allowed.test@evil.test/", "evil.test"), ("https://[::1]:80/", "::1"), ("https:///x", nil),
        ("no address", nil), ("https://a.test\\@b.test", "a.test"),
    ])
    func hostsOfAddresses(address: String, host: String?) { #expect(HostPattern.host(of: address) == host) }

    @Test func whatIsWiderIsNamed() throws {
        let narrow = try settings("kinds: {allow: [log]}\nhosts: {namespaces: {billing: [a.test]}}").allowing
        let wide = try settings("kinds: {allow: [log, http]}\nhosts: {namespaces: {billing: [a.test, b.test]}}")
            .allowing
        #expect(wide.excess(over: narrow) == ["kinds: http", "hosts: b.test in billing"])
        #expect(narrow.excess(over: wide) == [])
        #expect(AllowLists.everything.excess(over: narrow) == ["kinds: everything", "hosts: everything in billing"])
        #expect(narrow.excess(over: .everything) == [])
        #expect(try settings("programs: {allow: [sh]}").allowing.excess(over: narrow).first == "kinds: everything")
    }
}
