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
    private let paths = [".gitattributes", schemaPath]

    /// Writes what is missing or out of date; nothing in a bare repository.
    ///
    /// - Returns: The paths of the files, also of those that were there.
    func write() throws -> [String] {
        guard let root = repository.workTree else { return [] }
        let schema = Array(WorkflowSchema().text.utf8)
        if let present = try? context.readFile(root + Self.schemaPath), present == schema { return paths }
        unlink(root + Self.schemaPath)
        try NewFile.write(schema, at: Self.schemaPath, below: root)
        return paths
    }

    /// Saves the files as one commit; nil where there is nothing to save, or nobody to save it as.
    func save(_ written: [String]) throws -> SavedCommit? {
        let written = try written.filter { try !isCommitted($0) }
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
            context.errors.writeLine(
                context.errors.styled("note:", .yellow) + " \(written.joined(separator: ", ")) is not committed yet:"
                    + " \(visible(error.message)) (\(visible(error.hint ?? "")))")
            return nil
        }
    }

    private func isCommitted(_ path: String) throws -> Bool {
        guard let root = repository.workTree, let tip = try repository.head.tip,
            let entry = try repository.entry(at: path, in: repository.commit(tip).tree)
        else { return false }
        return entry.id == (try Repository.hash(.blob, context.readFile(root + path)))
    }
}
