internal import GitStore

// What follows the commit.
extension SavePipeline {
    /// What follows can't undo the commit any more: what fails is said, with the command that mends it.
    mutating func settle(_ changes: [ContentChange]) -> [String] {
        var warnings: [String] = []
        let paths = changes.map(\.path).joined(separator: " ")
        do {
            if git.workTree != nil { try git.stage(changes.map { try treeChange($0) }) }
        } catch {
            warnings.append(
                "the commit is made, but git's index is not up to date (\(error)): git reset -q -- \(paths)")
        }
        do {
            try runPostCommit()
        } catch {
            warnings.append("the hook post-commit did not run: \(error)")
        }
        return warnings
    }

    /// New definitions whose paths differ from others' in the case of letters only. That they can't be looked for now is no reason
    /// to say anything: the commit is made, and `wfrepo check` looks again.
    func collisions(_ written: Written) -> [String] {
        let new = written.changes.filter { $0.old == nil && $0.workflow != nil }.map(\.path)
        guard !new.isEmpty, let tree = try? git.links(of: written.commit).tree,
            let groups = try? git.filesAlikeButForCase(new, in: tree)
        else { return [] }
        return DefinitionProblem.collisions(of: new, in: groups).map(\.description)
    }
}
