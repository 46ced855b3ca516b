import DocumentTree

/// Whom a workflow tells of its runs (`notify:`), and of what.
public struct Notice: Sendable {
    /// What somebody is told of.
    public enum Event: String, Sendable, CaseIterable {
        /// A run failed; also where it was undone then.
        case failure
        /// A run succeeded.
        case success
        /// A run's steps were undone, or could not be.
        case compensation
        /// The definition was rolled back.
        case rollback
        /// A run takes longer than runs of the workflow should.
        case slow
    }

    /// What is told of.
    public var events: [Event]
    /// When a run is slow.
    public var slowAfter: Duration?
    /// When a run is slow: so many times what 95 of 100 earlier runs took at most.
    public var slowFactor: Double?
    /// The parameters of the kind `notify`.
    public var parameters: TemplateValue
}

extension Notice {
    /// The kind of step that tells.
    public static let kind = KindName("notify")

    /// An item of `notify`.
    static let keys = KeyTable(
        "an item of `notify`",
        keys: [
            KeyTable.Key(
                "on",
                .either([
                    .choice(Event.allCases.map(\.rawValue)),
                    .list(of: .choice(Event.allCases.map(\.rawValue)), atLeast: 1, isUnique: true),
                ]), default: "failure", "What is told of."),
            KeyTable.Key("slow-after", .formatted(.duration), "`slow`: what a run may take."),
            KeyTable.Key(
                "slow-factor", .number(1...1000), default: "2",
                "`slow`: how many times what 95 of 100 earlier runs took at most, once there are ten of them."),
            KeyTable.Key(
                "with", .mapping(parameters), isRequired: true,
                "Who is told, and how: the parameters of `uses: notify`."),
        ])

    /// The parameters of `notify`; what is said may be left out.
    private static let parameters: KeyTable = {
        let table = KindCatalog.Kind.notify.parameters
        return KeyTable(
            "`with` of an item of `notify`", exactlyOne: table.exactlyOne,
            keys: table.keys.map { key in
                guard key.name == "text" else { return key }
                return KeyTable.Key(
                    key.name, key.shape, default: "what happened, in a sentence", key.meaning)
            })
    }()
}

/// Reads `notify`.
struct NoticeReader {
    let scope: Scope

    func notices(_ node: Node?, _ reader: inout NodeReader) -> [Notice] {
        guard let node else { return [] }
        if !scope.allows(kind: Notice.kind) {
            reader.report(
                .forbidden, at: node, "the kind `\(Notice.kind)` is not allowed here",
                hint: "`kinds` in \(Settings.path) says which are")
        }
        return (node.items ?? [node]).compactMap { item in
            guard let with = item["with"] else { return nil }
            let events = reader.texts(item["on"]).compactMap(Notice.Event.init)
            let after = reader.duration(item["slow-after"], key: "slow-after", isPositive: true)
            let factor = reader.number(item["slow-factor"])
            if !events.contains(.slow), let place = item["slow-after"] ?? item["slow-factor"] {
                reader.report(.rule, at: place, "`slow-after` and `slow-factor` say something only beside `on: slow`")
            }
            return Notice(
                events: item["on"] == nil ? [.failure] : events, slowAfter: after,
                slowFactor: factor ?? (after == nil ? 2 : nil),
                parameters: reader.templateValue(with, place: .notice))
        }
    }
}
