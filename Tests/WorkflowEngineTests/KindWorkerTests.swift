import DocumentTree
import Glibc
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Processes of a kind that do one attempt after another.
@Suite struct KindWorkerTests {
    /// Answers each request with its process number; what the request's `do` says comes first.
    private static let server = #"""
        while read -r request; do
            echo "asked" >&2
            case $request in
            *'"do":"crash"'*) exit 3 ;;
            *'"do":"hang"'*) sleep 60 & echo $! >"$HELD"; wait ;;
            *'"do":"fail"'*) echo '{"error":{"class":"network","message":"nobody there"}}' ;;
            *) echo "{\"outputs\":{\"pid\":$$,\"step\":\"${WFREPO_STEP_ID-none}\"}}" ;;
            esac
        done
        """#

    private func kind() -> ProgramKind {
        ProgramKind(
            "work", command: ["/bin/sh", "-c", #"cat >&2; echo "{\"pid\":$$}""#],
            serves: ["/bin/sh", "-c", Self.server])
    }

    private func asking(
        _ id: String, _ what: String, after: String? = nil, env: [String: String] = [:]
    ) throws -> Step {
        var step = try step(id, "", needs: after.map { [$0] } ?? [], env: env, continueOnError: true)
        step.work = .kind(KindName("work"), with: .mapping([(key: "do", value: .literal(.string(what)))]))
        return step
    }

    private func ran(_ steps: [Step], variables: [String: String] = [:]) throws -> Ran {
        try run(
            workflow(steps), variables: ["PATH": "/usr/bin:/bin"].merging(variables) { $1 },
            configure: { $0.kinds = $0.kinds.adding([kind()]) })
    }

    private func isRunning(_ pid: Int32) -> Bool {
        ProcessTable.stat(of: pid).map { $0.state != UInt8(ascii: "Z") } ?? false
    }

    @Test func oneProcessDoesAllAttemptsAndEndsWithTheRun() throws {
        let ran = try ran([asking("a", "x"), asking("b", "fail", after: "a"), asking("c", "x", after: "b")])
        #expect(ran["a"]?.outputs["pid"]?.integer != nil)
        #expect(ran["a"]?.outputs["pid"] == ran["c"]?.outputs["pid"])
        #expect(ran["a"]?.outputs["step"] == "none")
        #expect(ran["b"]?.error == StepError("network", "nobody there"))
        // What it printed before its answer belongs to that attempt.
        #expect(try ran.log("c") == "asked\n")
        let pid = try #require(ran["a"]?.outputs["pid"]?.integer)
        #expect(ProcessTable.stat(of: Int32(pid)) == nil)
    }

    @Test func aCrashIsTheFailureOfOneAttempt() throws {
        let ran = try ran([asking("a", "x"), asking("b", "crash", after: "a"), asking("c", "x", after: "b")])
        #expect(ran["b"]?.error == StepError("exit", "work: its program exited with status 3"))
        #expect(ran["c"]?.status == .succeeded)
        #expect(ran["c"]?.outputs["pid"] != ran["a"]?.outputs["pid"])
    }

    @Test func aTimeoutKillsTheProcessAndWhatItStarted() throws {
        let folder = try TemporaryFolder()
        var slow = try asking("b", "hang", after: "a")
        slow.timeout = .milliseconds(300)
        let ran = try ran(
            [asking("a", "x"), slow, asking("c", "x", after: "b")], variables: ["HELD": "\(folder.path)/held"])
        #expect(ran["b"]?.error?.kind == "timeout")
        #expect(ran["c"]?.status == .succeeded)
        #expect(ran["c"]?.outputs["pid"] != ran["a"]?.outputs["pid"])
        let text = try #require(folder.read("held"))
        let held = try #require(Int32(text.filter(\.isNumber)))
        // Killed, but perhaps not gone yet, nor collected by whoever inherited it.
        let limit = ContinuousClock.now + .seconds(10)
        while isRunning(held), .now < limit { sched_yield() }
        #expect(!isRunning(held))
    }

    @Test func anotherEnvironmentAndLimitsHaveProcessesOfTheirOwn() throws {
        let other = try asking("b", "x", after: "a", env: ["TOKEN": "x"])
        var limited = try asking("c", "x", after: "b")
        limited.limits = StepLimits(openFiles: 64)
        let ran = try ran([asking("a", "x"), other, limited, asking("d", "x", after: "c")])
        #expect(ran["b"]?.outputs["pid"] != ran["a"]?.outputs["pid"])
        #expect(ran["c"]?.outputs["pid"] != ran["a"]?.outputs["pid"])
        #expect(try ran.log("c")?.contains("\"kind\":\"work\"") == true)
        #expect(ran["d"]?.outputs["pid"] == ran["a"]?.outputs["pid"])
    }
}
