public import GitStore

extension RecordIndex {
    /// About how many notes there are, from the fan-out of their trees; few reads, however many there are.
    public static func estimatedNotes(in repository: Repository) throws -> Int {
        var sum = 0
        for kind in RecordSegment.Kind.allCases {
            for reference in try repository.references(matching: RecordSegment.prefix(kind)) {
                guard case .object(let tip) = reference.target else { continue }
                var (tree, factor): (TreeID?, Int) = (try repository.links(of: CommitID(tip)).tree, 1)
                while let current = tree {
                    let entries = try repository.tree(current).entries
                    let folders = entries.filter { $0.mode == .tree }
                    sum += factor * (entries.count - folders.count)
                    tree = folders.first.map { TreeID($0.id) }
                    factor *= max(1, folders.count)
                }
            }
        }
        return sum
    }
}
