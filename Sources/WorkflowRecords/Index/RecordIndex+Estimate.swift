public import GitStore

extension RecordIndex {
    /// So many notes are read within half a second.
    private static let quickNotes = 5_000
    /// So many commits, within a tenth of one.
    private static let quickCommits = 1_000

    /// Whether an index of this repository is made so fast that a person does not wait for it.
    public static func isQuicklyMade(of repository: Repository) throws -> Bool {
        guard try estimatedNotes(in: repository) <= quickNotes else { return false }
        var commits = 0
        var next = try repository.head.tip
        while let commit = next {
            commits += 1
            guard commits <= quickCommits else { return false }
            // In a shallow clone the parent of the last commit is not there.
            next = try repository.links(of: commit).parents.first.flatMap {
                repository.isShallow && !repository.exists($0.object) ? nil : $0
            }
        }
        return true
    }

    /// About how many notes there are, from the fan-out of their trees; few reads, however many there are.
    private static func estimatedNotes(in repository: Repository) throws -> Int {
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
