extension KindCatalog {
    /// The kinds whose steps wait, without a process, for a time, a signal or people.
    static let waitingKinds = [
        Kind(
            "delay", "Waits for a time; no process is needed meanwhile.", exactlyOne: ["for", "until"],
            parameters: [
                KeyTable.Key("for", .templated(.formatted(.duration)), "How long to wait."),
                KeyTable.Key("until", .templated(.formatted(.moment)), "When to go on; at once where that is past."),
            ],
            outputs: [("until", "the time that was waited for")],
            example: "steps:\n  - {uses: delay, with: {for: 10ms}}\n"),
        Kind(
            "signal", "Waits for `wfrepo runs signal RUN NAME`; what is sent with it becomes the step's outputs.",
            parameters: [
                KeyTable.Key("name", .templated(.formatted(.eventName)), isRequired: true, "The signal's name."),
                KeyTable.Key("timeout", .templated(.formatted(.duration)), "How long to wait at most."),
                KeyTable.Key(
                    "on-lapse", .choice(["fail", "continue"]), default: "fail",
                    "What happens when the time is over: the step fails with the class `lapsed`, or succeeds with the output `received: false`."
                ),
            ],
            outputs: [
                ("data", "what was sent with it; where that is an object, each of its keys is an output, too"),
                ("received", "`false` where the time was over"), ("sender", "the git address of who sent it"),
            ],
            example: """
                # While it waits: wfrepo runs signal latest arrived --data '{"rows": 3}'
                steps:
                  - id: news
                    uses: signal
                    with: {name: arrived, timeout: 1s, on-lapse: continue}
                  - run: echo "has it arrived? ${{ steps.news.outputs.received }}"

                """),
        Kind(
            "approval",
            "Waits until people have approved (`wfrepo runs approve`); a rejection fails the step with the class `rejected`.",
            parameters: [
                KeyTable.Key("message", .templated(.text), "What is to be approved, for those who are asked."),
                KeyTable.Key(
                    "approvers",
                    .templated(.list(of: .templated(.formatted(.approver)), atLeast: 1, atMost: 1000, isUnique: true)),
                    "Who may decide, by their git address; `*@example.test` is everybody there. Everybody, where it is left out."
                ),
                KeyTable.Key(
                    "count", .templated(.integer(1...1000)), default: "1", "How many people must approve."),
                KeyTable.Key(
                    "own", .templated(.boolean), default: "true",
                    "Whether the one on whose behalf the run goes may approve it."),
                KeyTable.Key(
                    "lapse", .templated(.formatted(.duration)),
                    "How long to wait at most; the step then fails with the class `lapsed`."),
            ],
            outputs: [
                ("approved", "`true`"), ("approved_by", "the git addresses of those who approved, in order"),
                ("comments", "what they wrote"),
            ],
            example: """
                # While it waits: wfrepo runs approve latest ask
                steps:
                  - id: ask
                    uses: approval
                    with: {message: "May this go out?", lapse: 1s}
                    continue-on-error: true
                  - run: echo "the question ended as a ${{ steps.ask.outcome }}"

                """),
    ]
}

extension TextFormat {
    static let moment = TextFormat(
        "a time such as `2026-11-21T18:00:00Z`", plural: "times",
        pattern:
            "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
        maximumLength: 40)
    static let approver = TextFormat(
        "a git address such as `ada@example.test`, or `*@example.test`", plural: "addresses",
        pattern: "^([^@* ]+|[*])@[^@* ]+$", maximumLength: 300)
}
