import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage

/// The files that `init` puts into the tree of a repository.
struct RepositoryFiles {
    let repository: Repository
    let context: CommandContext

    init(repository: Repository, context: CommandContext) {
        self.repository = repository
        self.context = context
    }

    private static let schemaPath = "workflows/" + SchemaFile.name
    private static let attributesPath = ".gitattributes"
    private static let paths = [attributesPath, schemaPath]

    /// Writes the schema where it is missing; nothing in a bare repository.
    ///
    /// One of another version of wfrepo stays, because it is the team's: else everybody's `init` would undo that of others
    /// with another version.
    ///
    /// - Parameter updates: Whether this program's schema takes the place of another one.
    /// - Returns: What a person should know.
    func write(updatingSchema updates: Bool) throws -> [String] {
        guard let root = repository.workTree else { return [] }
        let schema = Array(WorkflowSchema().text.utf8)
        if let present = try content(Self.schemaPath, below: root) {
            if present == schema { return [] }
            guard updates else {
                return ["\(Self.schemaPath) is of another version and stays: 'wfrepo init --update-schema' replaces it"]
            }
        }
        unlink(root + Self.schemaPath)
        try NewFile.write(schema, at: Self.schemaPath, below: root)
        return []
    }

    /// A file's bytes; nil where there is no plain file.
    private func content(_ path: String, below root: String) throws -> [UInt8]? {
        var information = stat()
        guard lstat(root + path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
        return try context.readFile(root + path)
    }

    /// Saves the files as one commit; nil where there is nothing to save, or nobody to save it as. What else was edited in
    /// them is the user's to save.
    func save() throws -> SavedCommit? {
        let written = try Self.paths.filter { try isOurs($0) }
        guard !written.isEmpty else { return nil }
        do {
            return try WorkflowRepository(repository).commit(
                CommitRequest(.only([], paths: written), message: "Set up wfrepo\n"),
                context: try context.saveContext(repository))
        } catch let error as HistoryError {
            guard error.code == .nothingToDo else { throw error }
            return nil
        } catch let error as GitError {
            guard error.code == .notFound else { throw error }
            context.errors.note(
                "not committed yet: \(written.joined(separator: ", ")); \(error.message) (\(error.hint ?? ""), "
                    + "then wfrepo init again)")
            return nil
        }
    }

    /// Whether a file differs from the last commit, and only by what the setup writes.
    private func isOurs(_ path: String) throws -> Bool {
        guard let root = repository.workTree, let present = try content(path, below: root) else { return false }
        let stored = try repository.storedForm(of: present, at: path)
        let committed = try repository.head.tip.flatMap { tip in
            try repository.entry(at: path, in: repository.commit(tip).tree).map {
                try repository.blob(BlobID($0.id))
            }
        }
        guard stored != committed else { return false }
        guard path == Self.attributesPath else { return present == Array(WorkflowSchema().text.utf8) }
        return stored == RepositorySetup.adding(CommandContext.attributes, to: committed ?? [])
    }
}
