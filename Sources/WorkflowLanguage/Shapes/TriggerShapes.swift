/// The tables of `on:`.
enum TriggerShapes {
    static let triggers = Shape.either([
        .choice(Trigger.Event.allCases.map(\.rawValue)),
        .list(of: .choice(Trigger.Event.allCases.map(\.rawValue)), isUnique: true),
        .mapping(table),
    ])

    /// The mapping form of `on`.
    static let table = KeyTable(
        "`on`",
        foreign: [
            "workflow_dispatch": "`wfrepo run` starts every workflow; `inputs` stand at the top",
            "workflow_call": "every workflow can be called; `inputs` stand at the top",
            "workflow_run": "write `workflow: {names: […]}`", "cron": "write `schedule: [{cron: …}]`",
            "repository_dispatch": "write `event: […]`",
            "pull_request": "there are no pull requests here: `push` is what arrives",
        ],
        keys: [
            KeyTable.Key(
                "commit", .either([.nothing, .mapping(changes("`commit`"))]), "A commit, in the clone that makes it."),
            KeyTable.Key(
                "push", .either([.nothing, .mapping(changes("`push`"))]), "A push, in the repository that receives it."),
            KeyTable.Key(
                "event",
                .either([.nothing, .formatted(.eventName), .list(of: .formatted(.eventName), isUnique: true)]),
                "An event that a step, the command line or the API emits."),
            KeyTable.Key("workflow", .either([.nothing, .mapping(workflow)]), "The end of a run of another workflow."),
            KeyTable.Key("schedule", .list(of: .mapping(schedule), atLeast: 1), "Points in time."),
            KeyTable.Key(
                "webhook", .either([.nothing, .mapping(KeyTable("`webhook`", keys: []))]), "A call over HTTP."),
        ])

    static func changes(_ name: String) -> KeyTable {
        KeyTable(
            name,
            keys: [
                KeyTable.Key("branches", globs, default: "every branch", "Globs of the branches that count."),
                KeyTable.Key(
                    "paths", globs, default: "the workflow's own file", "Globs of the changed files that count."),
            ])
    }

    static let workflow = KeyTable(
        "`workflow`",
        keys: [
            KeyTable.Key(
                "names", .list(of: .formatted(.workflowName), atLeast: 1, isUnique: true), isRequired: true,
                "The workflows that count."),
            KeyTable.Key(
                "status",
                .list(
                    of: .choice(["succeeded", "failed", "cancelled", "compensated", "compensation-failed"]),
                    isUnique: true),
                default: "every end", "The ends that count."),
        ])

    static let schedule = KeyTable(
        "a schedule",
        keys: [
            KeyTable.Key(
                "cron", .text, isRequired: true, "Five fields: minute, hour, day of month, month, day of week."),
            KeyTable.Key("timezone", .formatted(.timeZone), default: "UTC", "The time zone of the fields."),
        ])

    private static let globs = Shape.either([.formatted(.glob), .list(of: .formatted(.glob), isUnique: true)])
}
