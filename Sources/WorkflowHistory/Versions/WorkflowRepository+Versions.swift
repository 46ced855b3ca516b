public import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// The versions of a workflow: the commits on the first-parent history of `tip` that changed its file, oldest first.
    ///
    /// A merge counts as one version, of what it brought to the branch. The history follows moves; deletion is a version,
    /// and a workflow that is made anew under the name continues the numbering. In a shallow clone all numbers are nil.
    /// A workflow that never was has no versions.
    public func versions(of name: WorkflowName, from tip: CommitID) throws -> [WorkflowVersion] {
        if let versions = try index?.versions(of: name, at: tip), try fit(versions, name, at: tip) { return versions }
        return try VersionWalk.versions(of: name, from: tip, in: self)
    }

    /// Whether versions out of the index can be those of the history: a row that was changed must not make a run one of another version
    /// for good, nor a rollback go elsewhere.
    private func fit(_ versions: [WorkflowVersion], _ name: WorkflowName, at tip: CommitID) throws -> Bool {
        guard versions.enumerated().allSatisfy({ $1.number == $0 + 1 }) else { return false }
        return try versions.last?.file == quickFile(of: name, in: folder(of: repository.links(of: tip).tree))
    }

    /// The latest versions of all workflows on the first-parent history of `tip`, newest first, those of one commit backwards by name.
    ///
    /// - Parameter limit: the most versions; nil for all.
    public func versions(from tip: CommitID, limit: Int? = nil) throws -> [WorkflowVersion] {
        if let versions = try index?.versions(at: tip, limit: limit) { return versions }
        let versions = try FolderHistory(self).versions(from: tip).reversed()
        return Array(versions.prefix(limit ?? .max))
    }

    /// The version of each workflow that is in force at a commit, or was the last one.
    func latestVersions(from tip: CommitID) throws -> [WorkflowName: WorkflowVersion] {
        Dictionary(try versions(from: tip).map { ($0.name, $0) }, uniquingKeysWith: { newest, _ in newest })
    }

    /// The version of a workflow that is in force at a commit: the last one on its first-parent history. Nil where the
    /// workflow never was.
    public func currentVersion(of name: WorkflowName, at commit: CommitID) throws -> WorkflowVersion? {
        try versions(of: name, from: commit).last
    }

    /// The commit that HEAD leads to.
    ///
    /// - Throws: `unborn` (a `GitError`) where there is none yet.
    public func tip() throws(GitError) -> CommitID {
        switch try repository.head {
        case .branch(_, tip: let tip?), .detached(let tip): return tip
        case .branch(let name, tip: nil):
            throw GitError(
                .unborn, "read branch", name, "it has no commit yet", hint: "save a first version: wfrepo commit")
        }
    }
}
