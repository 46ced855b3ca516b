internal import DocumentTree
public import GitStore
internal import Glibc
public import WorkflowLanguage

/// The workflows of a git repository and their history.
///
/// It reads the git objects and, where there is one, the work tree; it never prints and never reads the environment, so
/// identity, time and environment values are passed in. Like ``Repository`` it belongs to one thread or isolation domain
/// at a time.
public struct WorkflowRepository {
    /// The git repository.
    public let repository: Repository
    /// An index that knows versions faster than a walk over history does, where there is one.
    public let index: (any VersionIndex)?

    /// The folder of the tree in which definitions are.
    public static let folder = "workflows"
    /// The file of settings at the top of the tree.
    public static let settingsPath = "wfrepo.yaml"
    /// A definition may not have more bytes than this (16 MiB); a larger file is refused unread.
    public static let largestDefinition = 16 << 20

    /// The workflows of a repository.
    public init(_ repository: Repository, index: (any VersionIndex)? = nil) {
        self.repository = repository
        self.index = index
    }

    /// Every workflow of a tree, and what stands in `workflows/` and can't be one.
    ///
    /// - Parameter tree: the tree of a commit; nil means a repository without commits.
    public func workflows(in tree: TreeID?) throws(GitError) -> WorkflowListing {
        guard let tree else { return WorkflowListing(files: [], problems: []) }
        if let entry = try repository.entry(at: Self.folder, in: tree), entry.mode != .tree {
            return WorkflowListing(
                files: [],
                problems: [
                    DefinitionProblem(
                        path: Self.folder,
                        message:
                            "it is not a folder but \(entry.mode == .symlink ? "a symbolic link" : "a file"), so there are no workflows",
                        hint: "put the definitions themselves into a folder of that name")
                ])
        }
        let found = try repository.files(in: tree, under: Self.folder)
        return WorkflowListing(found.map { ($0.path, $0.entry.mode, $0.entry.id) })
    }

    /// The definitions of a tree's own kinds of step (`kinds/NAME/kind.yaml`).
    func kinds(in tree: TreeID) throws(GitError) -> [WorkflowFile] {
        try repository.files(in: tree, under: WorkflowName.kindFolder).compactMap { path, entry in
            guard let name = WorkflowName(kindPath: path), entry.mode.isRegularFile else { return nil }
            return WorkflowFile(name: name, path: path, mode: entry.mode, blob: BlobID(entry.id))
        }
    }

    /// The file of one workflow; nil where there is none.
    ///
    /// - Throws: `exists` where both extensions are present, `notAFile` for a symbolic link or a submodule.
    public func file(of name: WorkflowName, in tree: TreeID?) throws -> WorkflowFile? {
        guard let tree else { return nil }
        let found = try [name.path, name.shortPath].compactMap { path in
            try repository.entry(at: path, in: tree).map { (path, $0) }
        }
        guard let (path, entry) = found.first(where: { $0.1.mode != .tree }) else { return nil }
        guard found.count(where: { $0.1.mode != .tree }) == 1 else { throw WorkflowListing.doubled(name) }
        guard entry.mode.isRegularFile else { throw WorkflowListing.notAFile(path, entry.mode) }
        return WorkflowFile(name: name, path: path, mode: entry.mode, blob: BlobID(entry.id))
    }

    /// The bytes of a definition, read from its blob.
    ///
    /// - Throws: `tooLarge`, or what reading the object throws.
    public func definition(_ file: WorkflowFile) throws -> [UInt8] {
        let size = try repository.header(of: file.blob.object).size
        guard size <= Self.largestDefinition else { throw WorkTree.tooLarge(file.path, size) }
        return try repository.blob(file.blob)
    }

    /// Whether a workflow of that name has a file in the work tree.
    public func isInWorkTree(_ name: WorkflowName) -> Bool {
        guard let workTree = repository.workTree else { return false }
        return [name.path, name.shortPath].contains { access(workTree + $0, F_OK) == 0 }
    }

    /// The error for a name that no workflow has, with the nearest name that one has.
    ///
    /// - Parameter isChange: Whether it was to be changed, which a file that isn't saved can't be.
    func unknown(
        _ name: WorkflowName, in tree: TreeID?, where place: String, isChange: Bool = false
    ) throws(GitError) -> HistoryError {
        let names = try workflows(in: tree).files.map(\.name.description)
        if isInWorkTree(name) {
            return HistoryError(
                .unknownWorkflow, name.description, "it is in the work tree, but not saved yet",
                hint: "save it: wfrepo commit \(name)"
                    + (isChange ? "" : "; or name the file as it is: \(name)@worktree"))
        }
        let hint =
            NearestName.nearest(to: name.description, among: names).map { "did you mean \($0)?" }
            ?? (names.isEmpty ? "there is no workflow yet: wfrepo new \(name)" : "list them: wfrepo list")
        return HistoryError(.unknownWorkflow, name.description, "no workflow of that name \(place)", hint: hint)
    }
}
