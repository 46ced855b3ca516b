import DocumentTree
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// What `uses: log` writes, and with what `uses: fail` fails.
@Suite struct LogAndFailKindTests {
    private func ran(_ kind: String, _ parameters: [(key: String, value: Value)]) throws -> Ran {
        var step = try step("a", "")
        step.work = .kind(KindName(kind), with: .mapping(parameters.map { ($0.key, .literal($0.value)) }))
        return try run(workflow([step]))
    }

    @Test(
        arguments: [
            ([("message", "done")], "done\n"),
            ([("message", "done\n"), ("level", "info")], "done\n"),
            ([("message", "full"), ("level", "warning")], "warning: full\n"),
            (
                [
                    ("message", "full"), ("level", "error"),
                    ("fields", ["rows": 2, "path": "/srv/a b", "disk": "sda", "all": [1, nil]]),
                ],
                "error: full all=[1,null] disk=sda path=\"/srv/a b\" rows=2\n"
            ),
            ([("message", "full"), ("fields", ["text": "a\nb"])], "full text=\"a\\nb\"\n"),
        ] as [([(String, Value)], String)])
    func aLineHasItsLevelAndFields(parameters: [(String, Value)], line: String) throws {
        let ran = try ran("log", parameters.map { (key: $0.0, value: $0.1) })
        #expect(try ran.log("a") == line)
        #expect(ran["a"]?.outputs["message"] == parameters[0].1)
    }

    @Test func aLevelThatIsNoneIsAFailure() throws {
        let ran = try ran("log", [("message", "x"), ("level", "loud")])
        #expect(ran["a"]?.error?.kind == "parameters")
    }

    @Test func aFailureHasItsClass() throws {
        #expect(try ran("fail", [("message", "no day")])["a"]?.error == StepError("fail", "no day"))
        let ran = try ran("fail", [("message", "no day"), ("class", "incomplete")])
        #expect(ran["a"]?.error == StepError("incomplete", "no day"))
    }

    /// The engine does not count attempts that were interrupted or suspended, so work that says so would go on for ever.
    @Test(arguments: ["interrupted", "suspended", "cancelled", "by-hand"])
    func whatTheEngineSaysOfItselfIsNoClassOfAStepsOwn(kind: String) throws {
        var step = try step("a", "", retry: RetryPolicy(strategy: .immediate, maxAttempts: 2, delay: .zero))
        step.work = .kind(
            KindName("fail"),
            with: .mapping([("message", .literal("no")), ("class", .literal(.string(kind)))]))
        let ran = try run(workflow([step]))
        #expect(ran["a"]?.attempts.count == 2)
        #expect(ran["a"]?.error == StepError("error", "no"))
    }
}
