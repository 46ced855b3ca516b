import DocumentTree
import Testing
import WorkflowEngine
import WorkflowLanguage

@Suite struct LimitTests {
    private func limited(_ limits: StepLimits, _ script: String, shell: String = "sh") throws -> Ran {
        var step = try step("a", script, shell: shell)
        step.limits = limits
        return try run(workflow([step]))
    }

    @Test func limitsReachTheProcessAndWhatItStarts() throws {
        let limits = StepLimits(memory: 512 << 20, cpuTime: .seconds(7), openFiles: 64)
        let ran = try limited(limits, "ulimit -v; ulimit -t; ulimit -n; sh -c 'ulimit -n; ulimit -H -t'")
        #expect(ran["a"]?.outputs["stdout"] == "524288\n7\n64\n64\n8")
        #expect(ran.record.status == .succeeded)
    }

    @Test func aLimitedStepIsStartedLikeAnyOther() throws {
        // Its own group, input from /dev/null, no further descriptors, signals at their defaults, its folder.
        let script = """
            [ "$(ps -o pgid= -p $$ | tr -d ' ')" = $$ ] && [ ! -t 0 ] && [ -z "$(cat)" ] && ls /proc/self/fd | wc -l
            sed -n 's/^Sig\\(Blk\\|Ign\\):.//p' /proc/self/status | while read set; do echo $((0x$set & 0x7fffffff)); done; pwd
            """
        let plain = try limited(.none, script)
        let limited = try limited(StepLimits(openFiles: 256), script)
        let lines = { (ran: Ran) in ran["a"]?.outputs["stdout"]?.string?.split(separator: "\n").dropLast() ?? [] }
        #expect(lines(plain) == lines(limited))
        #expect(limited["a"]?.outputs["stdout"]?.string?.hasSuffix(limited.folder.path) ?? false)
    }

    @Test func aProgramThatIsNotThereIsSaid() throws {
        let ran = try limited(StepLimits(openFiles: 64), "a", shell: "/no/such/program")
        #expect(ran["a"]?.error?.kind == "spawn")
    }

    @Test func processorTimeIsBounded() throws {
        let ran = try limited(StepLimits(cpuTime: .seconds(1)), "while :; do :; done")
        #expect(
            ran["a"]?.error
                == StepError("limit", "it used more processor time than limits.cpu-time gives a process, 1s"))
        // A child that is ended by it, and a script that fails because of that.
        let child = try limited(StepLimits(cpuTime: .seconds(1)), "sh -c 'while :; do :; done'")
        #expect(child["a"]?.error?.kind == "limit")
    }

    @Test func memoryIsBounded() throws {
        let ran = try limited(
            StepLimits(memory: 256 << 20), "x = bytearray(512 << 20)", shell: "python3")
        #expect(
            ran["a"]?.error
                == StepError("limit", "it ran out of the memory that limits.memory gives a process, 256MiB"))
        #expect(try limited(StepLimits(memory: 256 << 20), "exit 3")["a"]?.error?.kind == "exit")
    }

    @Test func outputIsBounded() throws {
        let ran = try limited(StepLimits(output: 1000), "yes")
        #expect(ran["a"]?.error == StepError("limit", "it printed more than limits.output, 1000B"))
        // Also where the script has ended before anybody has read it.
        let fast = try limited(StepLimits(output: 1000), "head -c 1001 /dev/zero")
        #expect(fast["a"]?.error?.kind == "limit")
        #expect(try limited(StepLimits(output: 1000), "head -c 1000 /dev/zero").record.status == .succeeded)
    }

    @Test func aRetryMayNameTheClass() throws {
        var step = try step(
            "a", "[ \"$WFREPO_ATTEMPT\" = 2 ] || yes",
            retry: RetryPolicy(strategy: .immediate, maxAttempts: 2, delay: .zero, on: [.limit]))
        step.limits = StepLimits(output: 1000)
        let ran = try run(workflow([step]))
        #expect(ran.record.status == .succeeded)
        #expect(ran["a"]?.attempts.first?.error?.kind == "limit")
    }

    private func limitedKind(_ limits: StepLimits, _ script: String) throws -> Ran {
        var step = try step("a", "")
        step.work = .kind(KindName("work"), with: .mapping([]))
        step.limits = limits
        let kind = ProgramKind("work", command: ["/bin/sh", "-c", script])
        return try run(workflow([step]), configure: { $0.kinds = $0.kinds.adding([kind]) })
    }

    @Test func aKindThatRunsInAProcessIsLimitedAndReadsItsRequest() throws {
        let script = #"read request; case $request in *'"kind":"work"'*) echo "{\"files\":$(ulimit -n)}";; esac"#
        let ran = try limitedKind(StepLimits(openFiles: 64), script)
        #expect(ran["a"]?.outputs["files"] == 64)
    }

    @Test func aKindThatExceedsItsLimitsFailsWithTheClass() throws {
        let busy = try limitedKind(StepLimits(cpuTime: .seconds(1)), "while :; do :; done")
        #expect(busy["a"]?.error?.kind == "limit")
        let talkative = try limitedKind(StepLimits(output: 1000), "yes >&2")
        #expect(talkative["a"]?.error == StepError("limit", "it printed more than limits.output, 1000B"))
        let large = try limitedKind(
            StepLimits(memory: 256 << 20), "exec python3 -c 'x = bytearray(512 << 20)'")
        #expect(
            large["a"]?.error
                == StepError("limit", "it ran out of the memory that limits.memory gives a process, 256MiB"))
    }
}
