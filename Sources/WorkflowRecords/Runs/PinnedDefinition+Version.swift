internal import GitStore
internal import WorkflowEngine

extension PinnedDefinition {
    /// The commit that made the version that ran: going back from the commit that ran, the last one whose first parent
    /// has another file at the path. For an uncommitted definition it is the commit that it was tried on.
    ///
    /// The time grows with the commits since that version, not with all of history.
    func versionCommit(in repository: Repository) throws(GitError) -> CommitID {
        guard !isUncommitted else { return commit }
        let folder = String(path.prefix(while: { $0 != "/" }))
        var version = commit
        var links = try repository.links(of: commit)
        var folderEntry = try repository.entry(at: folder, in: links.tree)
        // In a shallow clone the parent of the last commit is not there.
        while let parent = links.parents.first, repository.exists(parent.object) {
            let parentLinks = try repository.links(of: parent)
            if parentLinks.tree != links.tree {
                let parentFolder = try repository.entry(at: folder, in: parentLinks.tree)
                if parentFolder != folderEntry {
                    guard try repository.entry(at: path, in: parentLinks.tree)?.id == blob.object else { break }
                    folderEntry = parentFolder
                }
            }
            (version, links) = (parent, parentLinks)
        }
        return version
    }
}
