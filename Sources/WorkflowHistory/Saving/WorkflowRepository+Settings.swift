public import GitStore
public import WorkflowLanguage

extension WorkflowRepository {
    /// The settings of a tree (``Settings``); the standard ones where it has no such file.
    ///
    /// - Parameter tree: the tree of a commit; nil means a repository without commits.
    /// - Throws: `invalidDefinition` with every problem where the file has a fault; `notAFile` for a link.
    public func settings(in tree: TreeID?) throws -> Settings {
        guard let bytes = try settingsBytes(in: tree) else { return .standard }
        let (settings, problems) = Settings.parse(bytes)
        guard let settings else {
            throw HistoryError(
                .invalidDefinition, Self.settingsPath, "the settings have a fault, so nothing can be allowed by them",
                hint: "mend the file and save it: wfrepo check, wfrepo commit",
                problems: problems.map { DefinitionProblem($0) })
        }
        return settings
    }

    /// The settings at the tip of HEAD's branch, which hold for whatever version runs.
    ///
    /// - Throws: As ``settings(in:)`` does.
    public func settings() throws -> Settings { try settings(in: base().tree) }

    private func settingsBytes(in tree: TreeID?) throws -> [UInt8]? {
        guard let tree, let entry = try repository.entry(at: Self.settingsPath, in: tree) else { return nil }
        guard entry.mode.isRegularFile else { throw WorkflowListing.notAFile(Self.settingsPath, entry.mode) }
        let size = try repository.header(of: entry.id).size
        guard size <= Self.largestDefinition else { throw WorkTree.tooLarge(Self.settingsPath, size) }
        return try repository.blob(BlobID(entry.id))
    }
}
