import DocumentTree

extension WorkflowComparison {
    /// What the differences mean, in a few lines for a person; empty where the workflows mean the same.
    ///
    ///     Order: + fetch → notify, - fetch → load
    ///     For callers: breaking — input day is required now
    ///     For runs in flight: compatible — a run in flight does notify, too
    ///
    /// Nothing in it that came from a definition can steer a terminal.
    public func text() -> String {
        guard !differences.isEmpty else { return "" }
        let lines = [order, line("For callers", .callers), line("For runs in flight", .runs)].compactMap { $0 }
        return lines.map { PrintableText.escape($0) + "\n" }.joined()
    }

    /// How many edges and reasons are told before the rest is counted.
    private static let shownEdges = 6
    private static let shownReasons = 3

    private var order: String? {
        let edges = dependencies.compactMap { difference -> String? in
            guard case .dependency(let edge) = difference.subject else { return nil }
            return "\(difference.kind == .added ? "+" : "-") \(edge.needs) → \(edge.step)"
        }
        return edges.isEmpty ? nil : "Order: " + Self.list(edges, shown: Self.shownEdges, separator: ", ")
    }

    private func line(_ title: String, _ audience: Audience) -> String {
        let reasons = reasons(for: audience)
        guard !reasons.isEmpty else { return "\(title): nothing changes" }
        return "\(title): \(impact(for: audience).rawValue) — "
            + Self.list(reasons, shown: Self.shownReasons, separator: "; ")
    }

    private static func list(_ items: [String], shown: Int, separator: String) -> String {
        guard items.count > shown + 1 else { return items.joined(separator: separator) }
        return items.prefix(shown).joined(separator: separator) + "\(separator)and \(items.count - shown) more"
    }
}
