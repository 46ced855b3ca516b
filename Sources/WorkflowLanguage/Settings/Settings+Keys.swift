extension Settings {
    /// The table of the keys.
    public static let keys = KeyTable(
        "a file of settings",
        keys: [
            KeyTable.Key(
                "kinds", .mapping(list("kinds", of: .kindName, "kinds of step")),
                "Which kinds of step workflows may use, besides `run:`."),
            KeyTable.Key(
                "programs", .mapping(list("programs", of: .program, "programs that a `run:` may be a script for")),
                "Which programs (`shell:`) a step may start directly; an empty list forbids `run:`."),
            KeyTable.Key(
                "hosts", .mapping(list("hosts", of: .hostPattern, "hosts that kinds of step may connect to")),
                "Which hosts kinds of step may connect to. What a script does is beyond its reach."),
            KeyTable.Key(
                "limits", .mapping(StepLimits.keys),
                "What a step may use at most: it counts where the step says nothing, and none may say more."),
            KeyTable.Key(
                "durability", .choice(Durability.allCases.map(\.rawValue)), default: Durability.full.rawValue,
                "`full`: every transition of a run is on disk before it is acted upon. `normal`: a loss of power may take the last ones back."
            ),
            KeyTable.Key("audit", .mapping(audit), "How audit events are kept."),
            KeyTable.Key("retention", .mapping(retention), "How long what lies beside the history is kept."),
            KeyTable.Key("backups", .mapping(BackupKeeping.keys), "How long backups are kept."),
        ])

    private static let audit = KeyTable(
        "`audit`",
        keys: [
            KeyTable.Key(
                "encrypt", .boolean, default: "false",
                "Whether new events are sealed, each with the key of the person who caused it; `wfrepo audit forget` destroys a key."
            )
        ])

    private static let retention = KeyTable(
        "`retention`",
        keys: [
            KeyTable.Key(
                "runs", .formatted(.period),
                "How long the records of runs are kept before `wfrepo retention` drops them; for ever where nothing is said."
            ),
            KeyTable.Key(
                "audit", .formatted(.period), "How long audit events are kept; for ever where nothing is said."),
            KeyTable.Key("logs", .formatted(.duration), default: "90d", "How long logs of finished runs are kept."),
            KeyTable.Key(
                "log-size", .formatted(.byteSize), default: "4GiB",
                "How much room logs may take; those of the oldest runs go first."),
            KeyTable.Key(
                "cache", .formatted(.duration), default: "30d",
                "How long the kept result of a step (`cache`) stays that was of no use."),
            KeyTable.Key(
                "cache-size", .formatted(.byteSize), default: "4GiB",
                "How much room kept results may take; those that were of use longest ago go first."),
        ])

    private static func list(_ key: String, of format: TextFormat, _ things: String) -> KeyTable {
        let names = Shape.list(of: .formatted(format), isUnique: true)
        return KeyTable(
            "`\(key)`",
            keys: [
                KeyTable.Key("allow", names, "The \(things); everything is allowed where it is left out."),
                KeyTable.Key(
                    "namespaces", .dictionary(keys: .namespace, values: names),
                    "The same for workflows of a namespace, in place of `allow`."),
            ])
    }
}
