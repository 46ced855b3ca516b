extension Repository {
    /// How files at or below some paths differ between HEAD, index and work tree. Only those paths are looked at: asking
    /// for one file costs the same in a folder of ten thousand. Files without a difference are not listed.
    ///
    /// - Parameter ignoredIn: those of the paths below which ignored files are listed, too: what an ignore rule hides is walked
    ///   through there.
    /// - Parameter passesOver: whether a file that git was told to pass over (git-update-index(1), `--assume-unchanged`,
    ///   `--skip-worktree`) counts as unchanged.
    /// - Throws: `invalid` in a bare repository.
    public func status(
        of paths: [String], ignoredIn: Set<String> = [], passesOver: Bool = true
    ) throws(GitError) -> [FileStatus] {
        guard let workTree else {
            throw GitError(.invalid, "read status", gitDirectory, "a bare repository has no work tree")
        }
        var tree: TreeID?
        if let tip = try head.tip { tree = try links(of: tip).tree }
        let scan = StatusScan(
            repository: self, head: tree, index: try readIndex(), workTree: workTree,
            trustsExecuteBit: try configuration.bool("core.filemode") ?? true, passesOver: passesOver)
        var found: [String: FileStatus] = [:]
        for path in paths {
            let prefix = path.split(separator: "/").joined(separator: "/")
            for status in try scan.scan(prefix, includesIgnored: ignoredIn.contains(path)) {
                found[status.path] = status
            }
        }
        return found.values.sorted { $0.path < $1.path }
    }

    /// The same for one folder, or for the whole work tree.
    public func status(under prefix: String = "") throws(GitError) -> [FileStatus] {
        try status(of: [prefix])
    }
}
