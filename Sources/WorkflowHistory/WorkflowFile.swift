public import GitStore
public import WorkflowLanguage

/// A definition in a tree.
public struct WorkflowFile: Hashable, Sendable {
    /// The workflow.
    public let name: WorkflowName
    /// The file's path from the top of the tree.
    public let path: String
    /// A file or an executable file.
    public let mode: FileMode
    /// The bytes.
    public let blob: BlobID

    /// A definition's place.
    public init(name: WorkflowName, path: String, mode: FileMode, blob: BlobID) {
        self.name = name
        self.path = path
        self.mode = mode
        self.blob = blob
    }
}

/// What stands in the folder of the workflows.
public struct WorkflowListing: Hashable, Sendable {
    /// The definitions, by name.
    public let files: [WorkflowFile]
    /// Files that look like definitions and can't be: links, names that are none, two files for one name.
    public let problems: [DefinitionProblem]

    init(files: [WorkflowFile], problems: [DefinitionProblem]) {
        self.files = files
        self.problems = problems
    }

    /// Sorts the entries of a tree or an index; what has neither extension is none of ours.
    init(_ entries: [(path: String, mode: FileMode, id: ObjectID)]) {
        var files: [WorkflowName: WorkflowFile] = [:]
        var problems: [DefinitionProblem] = []
        for (path, mode, id) in entries
        where path != WorkflowRepository.settingsPath && (path.hasSuffix(".yaml") || path.hasSuffix(".yml")) {
            guard let name = WorkflowName(path: path) else {
                problems.append(
                    DefinitionProblem(
                        path: path, message: "not a name for a workflow",
                        hint:
                            "names are made of letters, digits, - _ . and /, each part starting with a letter or digit")
                )
                continue
            }
            guard mode.isRegularFile else {
                problems.append(DefinitionProblem(path: path, message: Self.notAFile(path, mode).reason))
                continue
            }
            if files[name] != nil {
                problems.append(DefinitionProblem(path: path, message: Self.doubled(name).reason))
            }
            files[name] = WorkflowFile(name: name, path: path, mode: mode, blob: BlobID(id))
        }
        self.init(files: files.values.sorted { $0.name < $1.name }, problems: problems)
    }

    /// - Parameter remove: the command that takes a file away: git knows nothing of one that was never saved.
    static func doubled(_ name: WorkflowName, remove: String = "git rm") -> HistoryError {
        HistoryError(
            .exists, name.description, "both \(name.path) and \(name.shortPath) claim that name",
            hint: "keep one of them, say: \(remove) \(name.shortPath)")
    }

    static func notAFile(_ path: String, _ mode: FileMode) -> HistoryError {
        let kind = mode == .symlink ? "a symbolic link" : "a submodule"
        return HistoryError(
            .notAFile, path, "\(kind), not a file: definitions are read from plain files only",
            hint: "replace it by a copy of what it points to")
    }
}
