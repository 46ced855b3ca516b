import DocumentTree

/// When a step no longer asks a service that has failed again and again (`circuit-breaker`).
///
/// Source: Nygard, "Release It!" (2007), chapter 5.2.
public struct CircuitPolicy: Sendable, Hashable {
    /// How many attempts must fail.
    public var failures: Int
    /// Within which time.
    public var window: Duration
    /// For how long nobody asks then; after that, one attempt tries.
    public var openFor: Duration

    /// A policy.
    public init(failures: Int, window: Duration, openFor: Duration) {
        self.failures = failures
        self.window = window
        self.openFor = openFor
    }

    static let keys = KeyTable(
        "`circuit-breaker`",
        keys: [
            KeyTable.Key("failures", .integer(1...1000), default: "5", "How many attempts must fail."),
            KeyTable.Key("window", .formatted(.duration), default: "1m", "Within which time."),
            KeyTable.Key(
                "open-for", .formatted(.duration), default: "30s",
                "For how long attempts then fail at once, with the class `circuit-open`; after that, one of them tries."
            ),
        ])
}

extension NodeReader {
    /// The policy of a step; nil where it has none.
    mutating func circuitPolicy(_ step: Node) -> CircuitPolicy? {
        guard let node = step["circuit-breaker"] else { return nil }
        if let name = text(step["uses"]), KindCatalog.waitingKinds.contains(where: { $0.name.description == name }) {
            report(.rule, at: node, "a step that waits asks no service, so it can't have `circuit-breaker`")
        }
        return CircuitPolicy(
            failures: integer(node["failures"]) ?? 5,
            window: duration(node["window"], key: "window", isPositive: true) ?? .seconds(60),
            openFor: duration(node["open-for"], key: "open-for", isPositive: true) ?? .seconds(30))
    }
}
