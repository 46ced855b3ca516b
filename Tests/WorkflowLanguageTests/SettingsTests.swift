import Testing
import WorkflowLanguage

@Suite struct SettingsTests {
    @Test func kindsAreAllowedByNamespace() throws {
        let text = "kinds: {allow: [log], namespaces: {billing: [fail]}}"
        let settings = try #require(Settings.parse(Array(text.utf8)).settings)
        let plain = try #require(WorkflowName("a"))
        let billing = try #require(WorkflowName("billing/a"))
        let bytes = Array("steps: [{uses: fail}]".utf8)
        #expect(Workflow.parse(bytes, name: billing, kinds: settings.catalog(for: billing)).workflow != nil)
        let refused = Workflow.parse(bytes, name: plain, kinds: settings.catalog(for: plain))
        #expect(refused.errors.map(\.message) == ["the kind `fail` is not allowed here"])
        #expect(Workflow.parse(bytes, name: plain, kinds: Settings.standard.catalog(for: plain)).workflow != nil)
    }

    @Test func anEmptyFileIsTheStandard() { #expect(Settings.parse(Array("# nothing\n".utf8)).settings == .standard) }

    @Test(arguments: [
        ("knids: {}", "wfrepo.yaml:1:1: a file of settings has no key `knids` — did you mean `kinds`?"),
        ("retention: 30d", "wfrepo.yaml:1:1: the key `retention` is not built yet"),
        ("kinds: [log]", "wfrepo.yaml:1:8: `kinds` must be a mapping, not a list"),
        ("kinds: {allow: [log, log]}", "wfrepo.yaml:1:22: `log` is twice in `allow`"), ("a: [", "wfrepo.yaml:"),
    ])
    func faults(text: String, start: String) {
        let result = Settings.parse(Array(text.utf8))
        #expect(result.settings == nil)
        #expect(result.problems.first?.description.hasPrefix(start) ?? false, "\(result.problems)")
    }
}
