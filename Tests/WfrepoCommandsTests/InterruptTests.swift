import Testing

/// Ctrl-C on a terminal, as a person at one sees it.
@Suite struct InterruptTests {
    /// Runs `wfrepo run job` on a terminal of its own, presses Ctrl-C in the middle of its first step, does what `answer` says
    /// (`type:TEXT`, `expect:TEXT`, `end` by TERM, `hang-up`), lets the step end, and prints the exit status.
    private static let person = """
        import os, pty, select, sqlite3, sys, time

        program, *answers = sys.argv[1:]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(program, [program, "run", "job"])
        until = time.monotonic() + 60
        seen = b""


        def wait(what):
            if time.monotonic() > until:
                os.kill(pid, 9)
                sys.exit(f"waited for {what} in vain; the terminal showed {seen!r}")


        def look():
            global seen
            if select.select([terminal], [], [], 0.02)[0]:
                try:
                    seen += os.read(terminal, 4096)
                except OSError:
                    pass


        while not os.path.exists("begun"):
            wait("the step")
            look()
        answers.insert(0, "type:\\x03")
        answers.insert(1, "expect:or cancel (c)?")
        for answer in answers:
            verb, _, text = answer.partition(":")
            if verb == "type":
                os.write(terminal, text.encode())
            elif verb == "end":
                os.kill(pid, 15)
            elif verb == "hang-up":
                os.close(terminal)
                # Nobody says so any more, but the step must not end before.
                with sqlite3.connect(".git/wfrepo/state.sqlite", timeout=60) as journal:
                    while journal.execute("SELECT control FROM runs").fetchone() != ("pause",):
                        wait("the pause")
                        time.sleep(0.02)
            else:
                while text.encode() not in seen:
                    wait(text)
                    look()
                seen = seen.partition(text.encode())[2]
        open("go", "w").close()
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                break
            wait("the end")
            if "hang-up" not in answers:
                look()
            time.sleep(0.01)
        print(os.waitstatus_to_exitcode(status))

        """

    private static let job = """
        steps:
          - id: first
            run: |
              touch "$WFREPO_ROOT/begun"
              while [ ! -e "$WFREPO_ROOT/go" ]; do sleep 0.02; done
          - {id: second, run: 'touch "$WFREPO_ROOT/done"'}

        """

    /// The exit status, and that of the run that `runs list` then tells of.
    private func ending(_ answers: String) throws -> (status: String, run: String) {
        let sandbox = try Sandbox.withWorkflows(["job": Self.job])
        try sandbox.write("person.py", Self.person)
        let status = try sandbox.succeed("python3 person.py \(Sandbox.program) \(answers)")
        let run = try sandbox.objects("runs", "list", "--json").first?["status"] as? String
        return (status, run ?? "none")
    }

    @Test func aWrongAnswerIsAskedAgainAndThenTheRunGoesOn() throws {
        let end = try ending(#"'type:x\#n' 'expect:Please answer g, p, c.' 'type:g\#n'"#)
        #expect(end == ("0\n", "succeeded"))
    }

    @Test func theRunIsPaused() throws {
        #expect(try ending(#"'type:p\#n' 'expect:runs resume'"#) == ("6\n", "paused"))
    }

    /// Who is impatient at the question has not answered it.
    @Test func furtherInterruptsAtTheQuestionAreNoAnswer() throws {
        #expect(try ending(#"'type:\#u{3}' 'type:\#u{3}' 'type:p\#n' 'expect:runs resume'"#) == ("6\n", "paused"))
    }

    /// A machine that shuts down waits for no answer.
    @Test func anEndOfTheProcessAtTheQuestionPausesTheRun() throws {
        #expect(try ending("end 'expect:runs resume'") == ("6\n", "paused"))
    }

    /// Whoever walked away from the question finds the run's end.
    @Test func aRunThatIsOverWaitsForNoAnswer() throws {
        #expect(try ending("") == ("0\n", "succeeded"))
    }

    @Test func whileItIsPausedItIsAskedAgain() throws {
        let end = try ending(
            #"'type:p\#n' 'expect:runs resume' 'type:\#u{3}' 'expect:or cancel (c)?' 'type:c\#n' 'expect:cancelled'"#)
        #expect(end == ("3\n", "cancelled"))
    }

    @Test func whatIsBeingUndoneIsEndedOnlyWhereThatIsAnswered() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            on-failure: compensate
            steps:
              - id: a
                run: 'true'
                compensate:
                  run: |
                    touch "$WFREPO_ROOT/begun"
                    while [ ! -e "$WFREPO_ROOT/go" ]; do sleep 0.02; done
              - {id: b, run: exit 1}

            """
        ])
        try sandbox.write("person.py", Self.person.replacing("or cancel (c)?", with: "by hand (c)?"))
        let answers = #"'type:\#u{3}' 'type:x\#n' 'expect:Please answer g, p, c.' 'type:g\#n'"#
        #expect(try sandbox.succeed("python3 person.py \(Sandbox.program) \(answers)") == "4\n")
        #expect(try sandbox.objects("runs", "list", "--json").first?["status"] as? String == "compensated")
    }

    @Test func theRunIsPausedWhereTheTerminalGoesAway() throws {
        // The status is 2, since nothing could be said any more.
        #expect(try ending("hang-up") == ("2\n", "paused"))
    }

    /// What is being undone can't be paused. On TERM it is left, and goes on when what it waits for is there.
    @Test func whatIsBeingUndoneIsLeft() throws {
        let sandbox = try Sandbox.withWorkflows([
            "saga": """
            on-failure: compensate
            steps:
              - {id: a, run: 'true', compensate: {uses: workflow, with: {name: undoing}}}
              - {id: b, run: exit 1}

            """,
            "undoing": "steps:\n  - {id: ask, uses: approval}\n",
        ])
        let answer = try sandbox.shell(
            """
            wfrepo() { \(Sandbox.program) "$@"; }
            is() { timeout 50 sh -c 'until \(Sandbox.program) runs list '$1' | grep -q '$2'; do sleep 0.05; done'; }
            \(Sandbox.program) run saga & runner=$!
            is undoing waiting
            kill -TERM $runner
            wait $runner; echo "status $?"
            wfrepo runs list saga
            wfrepo runs approve "$(wfrepo runs list undoing | cut -c1-26)" ask
            is saga compensated && wfrepo runs show "$(wfrepo runs list saga | cut -c1-26)"
            """)
        #expect(answer.output.contains("not all is undone yet; go on with: wfrepo runs resume"))
        #expect(answer.output.contains("status 6\n"))
        #expect(answer.output.contains("  compensating  "))
        #expect(answer.output.contains("saga v1  compensated in"))
        #expect(answer.status == 4 || answer.status == 0)
    }
}
