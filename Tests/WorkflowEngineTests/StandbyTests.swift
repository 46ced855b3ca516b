import DocumentTree
import Foundation
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Steps that wait for each other and are short: to the fixed clock all take no time.
@Suite struct StandbyTests {
    private func chain(_ steps: [Step], parallelism: Int = 2) throws -> Ran {
        try run(workflow(steps), parallelism: parallelism, configure: { $0.clock = FixedClock(0) })
    }

    /// The seconds since the system's start at which the process began whose `/proc/PID/stat` this is (proc_pid_stat(5)).
    private func begin(_ stat: String?) throws -> Double {
        let fields = try #require(stat?.split(separator: ")").last).split(separator: " ")
        return try Double(#require(Int(fields[19]))) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func steps(between: String = "sleep 0.3; cut -d' ' -f1 /proc/uptime") throws -> [Step] {
        try [step("first", "true"), step("slow", between), step("next", "cat /proc/self/stat")]
    }

    @Test func theProcessOfTheNextStepIsThereBeforeItsTurn() throws {
        let ran = try chain(steps())
        let end = try #require(ran["slow"]?.outputs["stdout"]?.string.flatMap(Double.init))
        #expect(try begin(ran["next"]?.outputs["stdout"]?.string) < end)
        #expect(ran.record.status == .succeeded)
    }

    /// A machine of one core has none that is idle.
    @Test func oneCoreHasNoneStandBy() throws {
        let ran = try chain(steps(), parallelism: 1)
        let end = try #require(ran["slow"]?.outputs["stdout"]?.string.flatMap(Double.init))
        // Of ticks.
        #expect(try begin(ran["next"]?.outputs["stdout"]?.string) > end - 0.02)
    }

    @Test func aStepFindsWhatTheOneBeforeItMade() throws {
        var tool = try step("use", "./tool")
        tool.workingDirectory = try Template.parse("tools")
        let ran = try chain([
            step("first", "mkdir tools"), step("second", "true"),
            step("make", "rmdir tools; mkdir tools; cp /bin/pwd tools/tool"), tool,
        ])
        #expect(ran["use"]?.outputs["stdout"]?.string == "\(ran.folder.path)/tools")
    }

    @Test func theVariablesAreTheStepsOwn() throws {
        let ran = try chain([
            step("a", "true", env: ["OWN": "a"]),
            step("b", "env", env: ["OWN": "b"]),
            step("c", "env", env: ["OTHER": "${{ steps.b.outputs.exit }}"]),
            step("d", "env"),
        ])
        func variables(_ id: String) -> Set<Substring> {
            let own = ["OWN=", "OTHER=", "WFREPO_STEP_ID=", "WFREPO_ATTEMPT="]
            let printed = ran[id]?.outputs["stdout"]?.string ?? ""
            return Set(printed.split(separator: "\n").filter { line in own.contains { line.hasPrefix($0) } })
        }
        #expect(variables("b") == ["OWN=b", "WFREPO_STEP_ID=b", "WFREPO_ATTEMPT=1"])
        #expect(variables("c") == ["OTHER=0", "WFREPO_STEP_ID=c", "WFREPO_ATTEMPT=1"])
        #expect(variables("d") == ["WFREPO_STEP_ID=d", "WFREPO_ATTEMPT=1"])
    }

    @Test func whatIsTriedAgainKnowsIt() throws {
        let again = RetryPolicy(strategy: .immediate, maxAttempts: 2, delay: .zero)
        let ran = try chain([
            step("a", "true"), step("b", "[ $WFREPO_ATTEMPT = 2 ]", retry: again),
            step("c", "[ $WFREPO_ATTEMPT = 2 ]", retry: again), step("d", "printenv WFREPO_ATTEMPT"),
        ])
        #expect(ran.record.status == .succeeded)
        #expect(ran.record.steps.map(\.attempts.count) == [1, 2, 2, 1])
        #expect(ran["d"]?.outputs["stdout"] == "1")
    }

    @Test func nothingOfAStepHappensWhereTheOneBeforeItFails() throws {
        let ran = try chain([step("a", "true"), step("b", "sleep 0.1; exit 1"), step("c", "touch ran")])
        #expect(ran["c"]?.status == .skipped)
        #expect(ran.folder.read("ran") == nil)
    }
}
