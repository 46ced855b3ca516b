import Testing
import WorkflowLanguage

/// Every fault is reported with its place, what is wrong and, where there is one, a way out.
@Suite struct ProblemTests {
    @Test(arguments: [
        ("", "test.yaml:1:1: the file is empty"),
        ("[]", "test.yaml:1:1: a workflow's file must be a mapping, not a list"),
        ("name: a", "test.yaml:1:1: a workflow needs the key `steps`"),
        ("steps: []", "test.yaml:1:8: `steps` must have at least 1 item"),
        ("steps: [{run: a}]\nstpes: 1", "test.yaml:2:1: a workflow has no key `stpes` — did you mean `steps`?"),
        ("steps: [{run: a, tiemout: 1s}]", "test.yaml:1:18: a step has no key `tiemout` — did you mean `timeout`?"),
        (
            "steps: [echo hi]",
            "test.yaml:1:9: an item of `steps` must be a mapping, not `echo hi` — write `run: echo hi`"
        ),
        ("steps: [{run: a, depends_on: b}]", "test.yaml:1:18: a step has no key `depends_on` — write `needs`"),
        (
            "finally: []",
            "test.yaml:1:1: a workflow has no key `finally` — write a last step with `if: ${{ always() }}`"
        ),
        (
            "concurrency: {cancel-in-progress: true}",
            "test.yaml:1:15: `concurrency` has no key `cancel-in-progress` — write `policy: cancel-running`"
        ),
        ("jobs: {}", "test.yaml:1:1: a workflow has no key `jobs` — a workflow is one graph of steps"),
        ("steps: [{run: a, uses: log}]", "test.yaml:1:18: a step may have only one of `run` and `uses`"),
        ("steps: [{id: a}]", "test.yaml:1:9: a step needs `run` or `uses`"),
        ("steps: [{run: ''}]", "test.yaml:1:15: `run` must be a text that is not empty, not ``"),
        ("steps: [{run: a, with: {}}]", "test.yaml:1:18: `with` makes sense only beside `uses`"),
        ("steps: [{uses: ./load}]", "test.yaml:1:16: `./load` is no kind of the repository's own"),
        ("steps: [{uses: lgo, with: {message: a}}]", "test.yaml:1:16: there is no kind `lgo` — did you mean `log`?"),
        ("steps: [{uses: log}]", "test.yaml:1:16: `log` needs `with: {message: …}`"),
        (
            "steps: [{uses: log, with: {mesage: a}}]",
            "test.yaml:1:28: `with` of `log` has no key `mesage` — did you mean `message`?"
        ),
        (
            "steps: [{run: a, timeout: soon}]",
            "test.yaml:1:27: `timeout` must be a duration such as `90s`, `1m30s` or `2h`, not `soon`"
        ),
        ("steps: [{run: a, timeout: 0s}]", "test.yaml:1:27: `timeout` must be longer than nothing"),
        (
            "steps: [{run: a, timeout: 400d}]",
            "test.yaml:1:27: `timeout` must be a duration of at most 366 days, not `400d`"
        ),
        (
            "steps: [{run: a, continue-on-error: yes}]",
            "test.yaml:1:37: `continue-on-error` must be `true` or `false`, not `yes`"
        ),
        (
            "steps: [{run: a, on-interrupt: retyr}]",
            "test.yaml:1:32: `on-interrupt` must be one of `retry`, `fail`, `ask`, not `retyr` — did you mean `retry`?"
        ),
        ("steps: [{id: a b, run: a}]", "test.yaml:1:14: `id` must be an id of letters"),
        ("steps: [{id: x, run: a}, {id: X, run: b}]", "test.yaml:1:31: the id `X` is taken by step 1"),
        (
            "steps: [{id: step-2, run: a}, {run: b}]",
            "test.yaml:1:31: the step has no id, and `step-2`, which it would get, is taken by step 1"
        ),
        (
            "steps: [{run: a, retry: {max-attempts: 0}}]",
            "test.yaml:1:40: `max-attempts` must be a whole number from 1 to 1000, not `0`"
        ),
        ("steps: [{run: a, retry: {jitter: 2}}]", "test.yaml:1:34: `jitter` must be a number from 0 to 1, not `2`"),
        (
            "steps: [{run: a, retry: {on: [{exit: [300]}]}}]",
            "test.yaml:1:39: an item of `exit` must be a whole number from 0 to 255, not `300`"
        ),
        (
            "steps: [{run: a, env: {A-B: 1}}]",
            "test.yaml:1:24: a key of `env` must be a name of letters, digits and `_`"
        ),
        (
            "steps: [{run: a, env: {WFREPO_X: 1}}]",
            "test.yaml:1:24: variables whose names start with `WFREPO_` belong to wfrepo"
        ),
        ("steps: [{run: a, env: {A: [1]}}]", "test.yaml:1:27: `A` must be a text, not a list"),
        ("steps: [{run: a, working-directory: ../x}]", "test.yaml:1:37: `working-directory` must lie in the workspace"),
        ("on: psuh\nsteps: [{run: a}]", "test.yaml:1:5: `on` must be one of"),
        ("on: {schedule: [{cron: '61 * * * *'}]}\nsteps: [{run: a}]", "test.yaml:1:24: `61` is no minute (0 to 59"),
        ("on: {schedule: [{cron: '* * *'}]}\nsteps: [{run: a}]", "test.yaml:1:24: a cron line has five fields"),
        (
            "on: {schedule: [{cron: '* * * * *', timezone: 'a b'}]}\nsteps: [{run: a}]",
            "test.yaml:1:47: `timezone` must be a time zone"
        ),
        ("inputs: {a: {type: strnig}}\nsteps: [{run: a}]", "test.yaml:1:20: `type` must be one of"),
        (
            "inputs: {a: {type: integer, default: x}}\nsteps: [{run: a}]",
            "test.yaml:1:38: the default of `a` must be a whole number, not `x`"
        ),
        (
            "inputs: {a: {pattern: '^b$', default: c}}\nsteps: [{run: a}]",
            "test.yaml:1:39: the default of `a` must match `^b$`"
        ),
        ("inputs: {a: {pattern: '('}}\nsteps: [{run: a}]", "test.yaml:1:23: the pattern of `a` is malformed"),
        ("inputs: {a: {pattern: '(?=a)'}}\nsteps: [{run: a}]", "linear time"),
        (
            "inputs: {a: {type: choice}}\nsteps: [{run: a}]",
            "test.yaml:1:13: the input `a` is a choice and needs `options`"
        ),
        ("secrets: [A, A]\nsteps: [{run: a}]", "test.yaml:1:14: `A` is twice in `secrets`"),
        (
            "secrets: [S]\nconcurrency: 'x ${{ secrets.S }}'\nsteps: [{run: a}]",
            "test.yaml:2:21: `secrets` can't be used in `concurrency`: the name of the group is shown"
        ),
        (
            "concurrency: {group: '${{ env.STAGE }}'}\nsteps: [{run: a}]",
            "test.yaml:1:27: `env` can't be used in `concurrency`: the group is told before there are variables"
        ),
        (
            "concurrency: {limit: 0}\nsteps: [{run: a}]",
            "test.yaml:1:22: `limit` must be a whole number from 1 to 1000, not `0`"
        ),
        ("a: 1\na: 2\nsteps: [{run: a}]", "test.yaml:2:1: "),
        ("steps:\n\t- run: a", "test.yaml:2:1: "),
        ("steps: [{run: a}]\n---\nsteps: [{run: b}]", "a second document starts here"),
    ])
    func faults(text: String, start: String) throws {
        let result = try parse(text)
        #expect(result.workflow == nil)
        #expect(result.errors.contains { $0.description.contains(start) }, "\(result.problems.map(\.description))")
    }

    @Test(arguments: [
        ("steps: [{id: a, run: a, needs: [b]}]", "test.yaml:1:33: `needs` names the step `b`, which is not there"),
        ("steps: [{id: build, run: a}, {run: b, needs: buidl}]", "did you mean `build`?"),
        ("steps: [{id: a, run: a, needs: [a]}]", "test.yaml:1:32: the step `a` needs itself"),
        (
            "steps: [{id: a, run: a, needs: [c]}, {id: b, run: b, needs: [a]}, {id: c, run: c, needs: [b]}]",
            "in a circle: `a` → `c` → `b` → `a`"
        ),
        (
            "steps: [{id: a, run: a, needs: [b]}, {id: b, run: b}]",
            "`b` has no `needs`, so it waits for the step above it"
        ),
    ])
    func order(text: String, message: String) throws {
        let result = try parse(text)
        #expect(
            result.errors.contains { $0.code == .needs && $0.description.contains(message) },
            "\(result.problems.map(\.description))")
    }

    @Test(arguments: [
        ("{id: x, run: 'echo ${{ inptus.day }}'}", "1:53: unknown name `inptus` — did you mean `inputs`?"),
        ("{id: x, run: 'echo ${{ day }}'}", "1:53: unknown name `day` — write `inputs.day`"),
        ("{id: x, run: 'echo ${{ dya }}'}", "1:53: unknown name `dya` — did you mean `inputs.day`?"),
        ("{id: x, run: 'echo ${{ s }}'}", "1:53: unknown name `s` — write `secrets.s`"),
        ("{id: x, run: 'echo ${{ first.outcome }}'}", "1:53: unknown name `first` — write `steps.first`"),
        ("{id: x, run: 'echo ${{ secret.S }}'}", "1:53: unknown name `secret` — did you mean `secrets`?"),
        ("{id: x, run: 'echo ${{ github.sha }}'}", "what is known of the run is in `workflow`, `run` and `trigger`"),
        ("{id: x, run: 'echo ${{ inputs.dya }}'}", "1:60: there is no input `dya` — did you mean `day`?"),
        ("{id: x, run: 'echo ${{ secrets.TOKEN }}'}", "there is no secret `TOKEN`"),
        ("{id: x, run: 'echo ${{ steps.frist.outputs.a }}'}", "1:59: there is no step `frist` — did you mean `first`?"),
        ("{id: x, run: 'echo ${{ steps.x.outputs.a }}'}", "the step `x` can't use its own results"),
        (
            "{id: x, needs: [], run: 'echo ${{ steps.first.outcome }}'}",
            "the step `x` doesn't wait for `first`, whose results it uses — add `first` to its `needs`"
        ),
        ("{id: x, run: 'echo ${{ steps.first.output }}'}", "1:65: a step has no `output` — did you mean `outputs`?"),
        ("{id: x, run: 'echo ${{ run.idd }}'}", "there is no property of `run` `idd` — did you mean `id`?"),
        ("{id: x, run: a, if: '${{ secrets.S }}'}", "`secrets` can't be used in `if`"),
        ("{id: x, run: a, if: 'inputs.day == '}", "1:65: the expression ends where a value is expected"),
        ("{id: x, run: a, if: '${{ inputs.day }} == 1'}", "`if` must be one expression"),
        ("{id: x, uses: log, with: {message: '{{ foo() }}'}}", "1:69: unknown function `foo`"),
        ("{id: x, run: a, env: {A: '${{ inputs.nope }}'}}", "there is no input `nope`"),
        ("{id: x, run: a, compensate: {run: 'b ${{ steps.later.outcome }}'}}", "the step `x` doesn't wait for `later`"),
        (
            "{id: x, run: \"echo '${{ inputs.day }}'\"}",
            "within single quotes the shell would not replace the expression — pass it in: `env:"
        ),
        (
            "{id: x, shell: python3, run: 'print(${{ inputs.day }})'}",
            "an expression can't stand in a script for `python3`"
        ),
        ("{id: x, run: 'echo ${{ matrix.a }}'}", "`matrix` can't be used here"),
    ])
    func names(step: String, message: String) throws {
        let text = "inputs: {day: }\nsecrets: [S]\nsteps: [{id: first, run: a}, \(step), {id: later, run: b}]"
        let result = try parse(text)
        let place = message.prefix { "0123456789:".contains($0) }
        // The step stands on the third line; the arguments count lines from there.
        let wanted = place.isEmpty ? message : message.replacing("1:", with: "3:", maxReplacements: 1)
        #expect(result.errors.contains { $0.description.contains(wanted) }, "\(result.problems.map(\.description))")
    }

    @Test func compensationsMayUseTheirOwnStep() throws {
        #expect(try parse("steps: [{id: a, run: a, compensate: {run: 'b ${{ steps.a.outputs.x }}'}}]").problems.isEmpty)
    }

    @Test func namesAreCheckedAlsoBesideExpressionsThatStandWrongly() throws {
        let result = try parse(
            """
            steps:
              - run: echo '${{ run.id }}' ${{ inputs.a }}
              - {run: b, if: "${{ inputs.b }} == 1"}
              - {shell: python3, run: "print(${{ inputs.c }})"}
            """)
        #expect(
            result.problems.map { "\($0.position) \($0.code.rawValue)" } == [
                "2:20 quoting", "2:42 name", "3:18 expression", "3:30 name", "4:38 quoting", "4:45 name",
            ], "\(result.problems.map(\.description))")
    }

    @Test(arguments: [
        (
            "{run: a, continue-on-error: \"true\"}",
            "`true` or `false`, not `true` — it is a text as it is written: take the quotes away"
        ),
        (
            "{run: a, retry: {max-attempts: '3'}}",
            "1 to 1000, not `3` — it is a text as it is written: take the quotes away"
        ),
        ("{run: a, retry: {max-attempts: '0'}}", "1 to 1000, not `0`"),
    ])
    func aNumberInQuotesIsSaidToBeAText(step: String, message: String) throws {
        let problems = try parse("steps: [\(step)]").problems.map(\.description)
        #expect(problems.count == 1 && problems[0].hasSuffix(message), "\(problems)")
    }

    @Test func allFaultsAreReportedAtOnceInTheOrderOfTheFile() throws {
        let result = try parse(
            "nmae: a\ntimeout: x\nsteps:\n  - run: echo ${{ inputs.a }}\n    needs: [b]\n  - uses: log\n")
        #expect(result.problems.map { "\($0.position)" } == ["1:1", "2:10", "4:26", "5:13", "6:11"])
    }

    @Test func placesInBlockScalarsAreExact() throws {
        let text =
            "steps:\n  - run: |\n      echo é\n        echo \"${{ inputs.nope }}\"\n  - run: >-\n      a\n      ${{ steps.b }}\n"
        #expect(try parse(text).problems.map { "\($0.position)" } == ["4:26", "7:17"])
    }

    @Test func triggersThatNothingFiresAreWarnings() throws {
        let result = try parse(
            "on: {schedule: [{cron: '0 2 * * mon-fri'}], webhook: {}, push: , event: [a], workflow: {names: [b]}}\n"
                + "steps: [{run: a}]")
        #expect(result.workflow != nil)
        #expect(result.problems.map(\.code) == [.idleTrigger, .idleTrigger])
        #expect(
            result.problems[0].description
                == "test.yaml:1:6: warning: nothing fires `schedule` yet: it starts no run — start it with `wfrepo run`"
        )
    }

    @Test func sizesAreBounded() throws {
        let large = "steps: [{run: a}]\n#" + String(repeating: "x", count: 10 << 20)
        #expect(try parse(large).problems.map(\.code) == [.document])
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "bcdefghij".map {
                "\($0): &\($0) [*\(prior($0)),*\(prior($0)),*\(prior($0)),*\(prior($0)),*\(prior($0)),*\(prior($0)),*\(prior($0)),*\(prior($0))]"
            }.joined(separator: "\n")
        let problems = try parse(bomb).problems
        #expect(problems.count == 1)
        #expect(problems[0].message.contains("more than 500000 nodes"))
        let deep = "steps: " + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(try parse(deep).problems.map(\.code) == [.document])
    }

    private func prior(_ character: Character) -> Character {
        Character(UnicodeScalar((character.asciiValue ?? 98) - 1))
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let name = try #require(WorkflowName("x"))
        let result = Workflow.parse([0x61, 0xFF, 0xFE], name: name)
        #expect(result.problems.map(\.code) == [.document])
        #expect(result.problems[0].file == "workflows/x.yaml")
    }
}
