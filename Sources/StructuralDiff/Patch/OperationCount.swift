extension Matcher {
    /// How many operations a patch needs for a pair, moves between collections put aside; counting stops above `limit`.
    func operationCount(_ pairing: Pairing, upTo limit: Int = .max) -> Int {
        switch pairing.content {
        case .equal: return 0
        case .replaced: return 1
        case .mapping(let mapping):
            var count = mapping.removed.count + mapping.added.count + mapping.renamed.count
            for pair in mapping.changed + mapping.renamed where count <= limit {
                count += operationCount(pair, upTo: limit)
            }
            return count
        case .sequence(let sequence): return operationCount(sequence, upTo: limit)
        }
    }
}
