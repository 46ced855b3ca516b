import DocumentTree

/// Which backups stay: the last ones, and the newest one of each of the last days and months that have any.
public struct BackupKeeping: Sendable, Hashable {
    /// How many of the last ones.
    public var last: Int
    /// Of how many days.
    public var daily: Int
    /// Of how many months.
    public var monthly: Int

    /// Numbers from 0.
    public init(last: Int, daily: Int, monthly: Int) {
        self.last = last
        self.daily = daily
        self.monthly = monthly
    }

    /// What is kept where nothing else is said.
    public static let standard = BackupKeeping(last: 7, daily: 14, monthly: 12)

    static let keys = KeyTable(
        "`backups`",
        keys: [
            KeyTable.Key(
                "keep",
                .mapping(
                    KeyTable(
                        "`keep`",
                        keys: [
                            KeyTable.Key(
                                "last", .integer(1...100_000), default: "7", "How many of the last ones stay."),
                            KeyTable.Key(
                                "daily", .integer(0...100_000), default: "14", "Of how many days the newest one stays."),
                            KeyTable.Key(
                                "monthly", .integer(0...100_000), default: "12",
                                "Of how many months the newest one stays."),
                        ])), isRequired: true,
                "Which backups stay; others go whenever one is made, and with `wfrepo backup prune`.")
        ])

    /// The setting; nil where it isn't there.
    init?(_ node: Node?, _ reader: NodeReader) {
        guard let keep = node?["keep"] else { return nil }
        self.init(
            last: reader.integer(keep["last"]) ?? Self.standard.last,
            daily: reader.integer(keep["daily"]) ?? Self.standard.daily,
            monthly: reader.integer(keep["monthly"]) ?? Self.standard.monthly)
    }
}
