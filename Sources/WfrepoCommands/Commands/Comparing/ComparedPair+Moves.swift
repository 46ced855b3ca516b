import WorkflowHistory
import WorkflowLanguage

extension [ComparedPair] {
    /// The pairs with each workflow that one side has under another name as one pair, as git shows it.
    func joiningMoves() -> [ComparedPair] {
        let created = indices.filter { self[$0].old.bytes == nil && self[$0].new.bytes != nil }
        let removed = indices.filter { self[$0].new.bytes == nil && self[$0].old.bytes != nil }
        let moves = LoneDefinition.moves(
            of: created.compactMap { Self.definition(self[$0].new) },
            among: removed.compactMap { Self.definition(self[$0].old) })
        guard !moves.isEmpty else { return self }
        let old = Dictionary(
            removed.compactMap { place in Self.definition(self[place].old).map { ($0.name, place) } },
            uniquingKeysWith: { first, _ in first })
        var joined = self
        var gone: Set<Int> = []
        for place in created {
            guard let name = Self.definition(self[place].new)?.name, let source = moves[name].flatMap({ old[$0] })
            else { continue }
            joined[place].old = self[source].old
            gone.insert(source)
        }
        return joined.indices.filter { !gone.contains($0) }.map { joined[$0] }
    }

    private static func definition(_ side: ComparedPair.Side) -> LoneDefinition? {
        guard let bytes = side.bytes, let name = side.path.flatMap({ WorkflowName(path: $0) }) else { return nil }
        return LoneDefinition(name: name, content: bytes)
    }
}
