import DocumentTree

extension WorkflowComparison {
    /// What the differences mean, in a few lines for a person; empty where the workflows mean the same.
    ///
    ///     Order: + fetch → notify, - fetch → load
    ///     For callers: breaking — input day is required now
    ///                  compatible — it does notify, too
    ///     For runs in flight: compatible — a run in flight does notify, too
    ///
    /// Nothing in it that came from a definition can steer a terminal.
    public func text() -> String {
        guard !differences.isEmpty else { return "" }
        let order = order.map { [$0] } ?? []
        let lines = order + lines("For callers: ", .callers) + lines("For runs in flight: ", .runs)
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

    /// A line for each impact, the greatest first; what changes nothing is told only where nothing else is.
    private func lines(_ title: String, _ audience: Audience) -> [String] {
        let impacts = [Impact.breaking, .compatible].filter { !reasons(for: audience, of: $0).isEmpty }
        let lines = (impacts.isEmpty ? [.cosmetic] : impacts).compactMap { impact -> String? in
            let reasons = reasons(for: audience, of: impact)
            guard !reasons.isEmpty else { return nil }
            return "\(impact.rawValue) — " + Self.list(reasons, shown: Self.shownReasons, separator: "; ")
        }
        guard let first = lines.first else { return [title + "nothing changes"] }
        let indent = String(repeating: " ", count: title.count)
        return [title + first] + lines.dropFirst().map { indent + $0 }
    }

    private static func list(_ items: [String], shown: Int, separator: String) -> String {
        guard items.count > shown + 1 else { return items.joined(separator: separator) }
        return items.prefix(shown).joined(separator: separator) + "\(separator)and \(items.count - shown) more"
    }
}
