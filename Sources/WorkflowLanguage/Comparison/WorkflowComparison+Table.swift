public import StructuralDiff

extension WorkflowComparison {
    /// What each difference means for each audience, and why, for a page; nil where the workflows mean the same.
    public var table: MeaningTable? {
        guard !differences.isEmpty else { return nil }
        return MeaningTable(
            title: "What it means", columns: ["What differs", "for callers", "for runs in flight"],
            rows: differences.map { difference in
                [MeaningTable.Cell(difference.words)] + Audience.allCases.map { Self.cell(difference.effect(for: $0)) }
            })
    }

    private static func cell(_ effect: Effect?) -> MeaningTable.Cell {
        guard let effect else { return MeaningTable.Cell("—") }
        return MeaningTable.Cell(effect.impact.rawValue, effect.impact.weight, effect.reason)
    }
}

extension WorkflowDifference {
    /// What differs and how, in a few words: `load: retry 3 → 5`, `input day added`.
    fileprivate var words: String {
        if case .dependency(let edge) = subject { return "\(edge.needs) → \(edge.step) \(kind.rawValue)" }
        if let detail { return subject.noun.map { "\($0): \(detail)" } ?? detail }
        let noun = subject.noun ?? subject.kind
        guard kind == .renamed, let old else { return "\(noun) \(kind.rawValue)" }
        return "\(noun) renamed from \(old)"
    }
}

extension Impact {
    fileprivate var weight: MeaningTable.Weight {
        switch self {
        case .cosmetic: .low
        case .compatible: .middle
        case .breaking: .high
        }
    }
}
