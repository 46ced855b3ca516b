/// The tables of a workflow's keys.
public struct WorkflowShapes: Sendable {
    /// The kinds of step that `uses:` may name.
    public let kinds: KindCatalog

    /// The tables for these kinds.
    public init(kinds: KindCatalog = .standard) { self.kinds = kinds }

    /// The workflow itself: the whole document.
    public var workflow: KeyTable {
        KeyTable(
            "a workflow",
            foreign: [
                "jobs": "a workflow is one graph of steps: write `steps` at the top, and `needs` for the order",
                "id": "the name of a workflow is its file's path", "tasks": "write `steps`",
                "environment": "write `env`",
                "parameters": "write `inputs`", "params": "write `inputs`", "triggers": "write `on`",
                "finally": "write a last step with `if: ${{ always() }}`",
                "schedule": "write `on: {schedule: [{cron: …}]}`", "version": "versions come from history",
            ],
            keys: [
                KeyTable.Key("name", .text, "A title for people; the workflow's name is its file's path."),
                KeyTable.Key("description", .text, "What the workflow is for."),
                KeyTable.Key(
                    "enabled", .boolean, default: "true", "`false` switches the workflow off: nothing starts it."),
                KeyTable.Key("on", TriggerShapes.triggers, default: "{}", "What starts it, besides `wfrepo run`."),
                KeyTable.Key(
                    "inputs", .dictionary(keys: .inputName, values: .either([.nothing, .mapping(input)])),
                    default: "{}",
                    "What a caller gives it."),
                KeyTable.Key("env", environment, default: "{}", "Environment variables of every step."),
                KeyTable.Key(
                    "secrets",
                    .list(of: .either([.formatted(.variableName), .mapping(SecretShapes.secret)]), isUnique: true),
                    default: "[]", "The credentials that it may read, by name, or with who gives the value."),
                KeyTable.Key(
                    "concurrency", .either([.text, .mapping(concurrency)]),
                    "Which runs exclude each other; a text is the group."),
                KeyTable.Key("timeout", .formatted(.duration), "How long a run may take."),
                KeyTable.Key(
                    "workspace", .choice(Workspace.allCases.map(\.rawValue)), default: "checkout",
                    "Where steps run: a private checkout of the commit that runs, an empty folder, or your own work tree."
                ),
                KeyTable.Key("defaults", .mapping(defaults), default: "{}", "What steps that say nothing else do."),
                KeyTable.Key(
                    "on-failure", .choice(FailurePolicy.allCases.map(\.rawValue)), default: "stop",
                    "When a step has failed: undo the finished steps, start no further step, or go on where possible."),
                KeyTable.Key(
                    "notify", .either([.mapping(Notice.keys), .list(of: .mapping(Notice.keys), atMost: 20)]),
                    default: "[]", "Whom it tells of its runs, and of what."),
                KeyTable.Key(
                    "steps", .list(of: .mapping(step), atLeast: 1, atMost: 10_000), isRequired: true, "What it does."),
                KeyTable.Key(
                    "outputs", .dictionary(keys: .inputName, values: .anything), default: "{}",
                    "What it hands to a workflow that calls it, and to its record; may hold expressions."),
            ])
    }

    /// An item of `steps`.
    public var step: KeyTable {
        KeyTable(
            "a step",
            foreign: [
                "depends_on": "write `needs`", "depends-on": "write `needs`", "dependsOn": "write `needs`",
                "depends": "write `needs`", "timeout-minutes": "write `timeout: 5m`", "command": "write `run`",
                "cmd": "write `run`", "script": "write `run`", "environment": "write `env`", "when": "write `if`",
                "condition": "write `if`", "retries": "write `retry: {max-attempts: …}`", "type": "write `uses`",
                "kind": "write `uses`", "inputs": "write `with`", "params": "write `with`",
                "on-failure": "it stands at the top of the workflow", "undo": "write `compensate`",
                "strategy": "write `matrix`, `max-parallel` and `fail-fast` in the step itself",
                "for-each": "write `foreach`", "loop": "write `foreach`", "with_items": "write `foreach`",
                "resources": "write `limits`",
                "<<": "YAML 1.2 has no merge keys: write the keys out",
            ],
            exactlyOne: ["run", "uses"],
            atMostOne: ["foreach", "matrix"],
            companions: ["with": "uses", "circuit-breaker": "uses", "shell": "run", "working-directory": "run"],
            variant: with,
            keys: [
                KeyTable.Key(
                    "id", .formatted(.stepID), default: "step-N, N being its place from 1",
                    "What expressions, `needs` and records call the step."),
                KeyTable.Key("name", .text, "A title for people; may hold expressions."),
                KeyTable.Key(
                    "needs",
                    .either([
                        .formatted(.stepID), .list(of: .formatted(.stepID), isUnique: true),
                    ]), default: "the step above",
                    "The steps that must have ended before it starts; `[]` starts at once."),
                KeyTable.Key(
                    "if", .text, default: "success()",
                    "An expression, with or without `${{ }}`; the step is skipped where it is false."),
            ] + work + [
                KeyTable.Key("timeout", .formatted(.duration), "How long one attempt may take."),
                KeyTable.Key("total-timeout", .formatted(.duration), "How long all attempts together may take."),
                grace,
                KeyTable.Key("retry", .mapping(retry), "When and how often a failed attempt is tried again."),
                KeyTable.Key(
                    "continue-on-error", .boolean, default: "false",
                    "Whether the run goes on as if the step had succeeded."),
                KeyTable.Key("compensate", .mapping(compensation), "How the step is undone."),
                KeyTable.Key(
                    "circuit-breaker", .mapping(CircuitPolicy.keys),
                    "When it no longer asks a service that has failed again and again; all runs know of it."),
                KeyTable.Key(
                    "outputs", .dictionary(keys: .inputName, values: .anything), default: "{}",
                    "JSON Schemas of its outputs, by name: an attempt whose outputs don't fit fails with the class `schema`."
                ),
                KeyTable.Key(
                    "on-interrupt", .choice(InterruptPolicy.allCases.map(\.rawValue)), default: "retry",
                    "What happens to an attempt that a crash interrupted: try again, fail, or ask a person."),
                KeyTable.Key(
                    "limits", .mapping(StepLimits.keys), "What an attempt may use; its error is of the class `limit`."),
                KeyTable.Key(
                    "cache", .mapping(StepCache.keys),
                    "Takes the step's result from an earlier run where nothing that it depends on has changed."),
            ] + fanOut)
    }

    private var fanOut: [KeyTable.Key] {
        [
            KeyTable.Key(
                "foreach", .templated(.list(of: .anything)),
                "A list, or an expression that is one: the step is done once for each `item`."),
            KeyTable.Key(
                "matrix",
                .templated(.dictionary(keys: .inputName, values: .templated(.list(of: .anything)))),
                "Lists by name: the step is done once for each combination; `include` adds some, `exclude` takes some away."
            ),
            KeyTable.Key(
                "max-parallel", .integer(1...FanOut.maximumItems), "How many items may be under way at once."),
            KeyTable.Key(
                "fail-fast", .boolean, default: "true", "Whether the failure of an item ends those that are left."),
        ]
    }

    /// The value of `compensate`.
    public var compensation: KeyTable {
        KeyTable(
            "a compensation", exactlyOne: ["run", "uses"],
            companions: ["with": "uses", "shell": "run", "working-directory": "run"], variant: with,
            keys: work + [
                KeyTable.Key("timeout", .formatted(.duration), "How long one attempt may take."),
                KeyTable.Key("retry", .mapping(retry), "When and how often a failed attempt is tried again."),
                KeyTable.Key(
                    "when", .choice(Compensation.When.allCases.map(\.rawValue)), default: "succeeded",
                    "Whether only a step that has succeeded is undone, or each that has begun: also one that failed, was cancelled or died half-way."
                ),
            ])
    }

    private var grace: KeyTable.Key {
        KeyTable.Key(
            "grace", .formatted(.duration), default: "10s",
            "How long processes that are to end may take after TERM, before they are killed.")
    }

    private var work: [KeyTable.Key] {
        [
            KeyTable.Key("run", .formatted(.nonEmpty), "A script; `${{ }}` in it reaches it as environment variables."),
            KeyTable.Key(
                "uses", .text, "A kind of step, instead of `run`; `./kinds/NAME` is one of the repository's own."),
            KeyTable.Key("with", .dictionary(keys: .nonEmpty, values: .anything), "The parameters of the kind."),
            KeyTable.Key("shell", .formatted(.shell), default: "sh", "The interpreter of `run`."),
            KeyTable.Key(
                "working-directory", .text, default: ".",
                "The folder to run in, below the workspace; may hold expressions."),
            KeyTable.Key("env", environment, default: "{}", "Environment variables; values may hold expressions."),
        ]
    }

    private var with: KeyTable.Variant {
        KeyTable.Variant(
            selector: "uses", key: "with", words: { [kinds] in kinds.kinds.map(\.name.description).sorted() },
            table: { [kinds] in kinds[$0]?.parameters })
    }

    private var environment: Shape { .dictionary(keys: .variableName, values: .optionalText) }

    /// An input.
    public let input = KeyTable(
        "an input",
        keys: [
            KeyTable.Key(
                "type", .choice(Input.Kind.allCases.map(\.rawValue)), default: "string", "The type of its value."),
            KeyTable.Key("description", .text, "What it is for."),
            KeyTable.Key("required", .boolean, default: "false", "Whether a caller must give it."),
            KeyTable.Key("default", .anything, "The value where a caller gives none."),
            KeyTable.Key("pattern", .text, "A regular expression that a string must match."),
            KeyTable.Key(
                "options", .list(of: .text, atLeast: 1, isUnique: true), "For `choice`: the values to choose from."),
        ])

    /// The mapping form of `concurrency`.
    public let concurrency = KeyTable(
        "`concurrency`",
        foreign: ["cancel-in-progress": "write `policy: cancel-running`"],
        keys: [
            KeyTable.Key(
                "group", .text, default: "the workflow's name",
                "Runs of one group exclude each other; may hold expressions."
            ),
            KeyTable.Key(
                "limit", .integer(1...1000), default: "1", "How many runs of the group may be under way at once."),
            KeyTable.Key(
                "policy", .choice(Concurrency.Policy.allCases.map(\.rawValue)), default: "queue",
                "What happens to a run whose group is full: it waits, is skipped, or ends the one under way."),
        ])

    /// The value of `retry`.
    public let retry = KeyTable(
        "`retry`",
        keys: [
            KeyTable.Key(
                "strategy", .choice(RetryPolicy.Strategy.allCases.map(\.rawValue)), default: "exponential",
                "How the delay grows from attempt to attempt."),
            KeyTable.Key(
                "max-attempts", .integer(1...1000), default: "3", "How many attempts there may be, the first included."),
            KeyTable.Key("delay", .formatted(.duration), default: "1s", "The delay before the second attempt."),
            KeyTable.Key("factor", .number(1...1000), default: "2", "What `exponential` multiplies the delay with."),
            KeyTable.Key("max-delay", .formatted(.duration), "The longest delay."),
            KeyTable.Key(
                "jitter", .number(0...1), default: "0", "The share of the delay by which it varies at random."),
            KeyTable.Key(
                "on",
                .list(
                    of: .either([
                        .choice(["timeout", "limit", "http-5xx", "http-429", "network", "circuit-open"]),
                        .mapping(
                            KeyTable(
                                "an item of `on`",
                                keys: [
                                    KeyTable.Key(
                                        "exit", .list(of: .integer(0...255), atLeast: 1, isUnique: true),
                                        isRequired: true,
                                        "Exit statuses.")
                                ])),
                    ])), default: "[]", "What is tried again: `timeout`, `exit: [75]`, …; empty means every failure."),
        ])

    /// The value of `defaults`.
    public var defaults: KeyTable {
        KeyTable(
            "`defaults`",
            keys: [
                KeyTable.Key("retry", .mapping(retry), "What a step's `retry` leaves out."),
                KeyTable.Key("timeout", .formatted(.duration), "How long one attempt of a step may take."),
                grace,
                KeyTable.Key("shell", .formatted(.shell), default: "sh", "The interpreter of `run`."),
                KeyTable.Key("working-directory", .text, default: ".", "The folder that `run` runs in."),
                KeyTable.Key("limits", .mapping(StepLimits.keys), "What `limits` of a step leaves out."),
            ])
    }
}
