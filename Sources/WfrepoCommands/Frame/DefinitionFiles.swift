import DocumentTree
import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage

/// A definition that `check` looks at.
struct DefinitionFile {
    /// The name that it has, or would have.
    var name: WorkflowName
    /// The path as it is shown.
    var path: String
    /// Whether it stands where its path should be a name, and is none.
    var isMisnamed = false

    /// All problems of the file: of its content, and what looks like a credential in it.
    func problems(in context: CommandContext, _ surroundings: CheckedSurroundings) throws -> [Problem] {
        var status = stat()
        guard lstat(context.absolute(path), &status) == 0 else {
            if isMisnamed { return [misnaming] }
            throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return [
                Problem(
                    file: path, position: .start, code: .document, message: "it is not a plain file",
                    hint: "put the definition itself here: links and special files are not versioned content")
            ]
        }
        let bytes = try context.readFile(path)
        let parsed = Workflow.parse(bytes, name: name, file: path, scope: surroundings.settings.scope(of: name))
        guard !isMisnamed else { return [misnaming] + parsed.problems }
        guard bytes.count <= Workflow.limits.maximumBytes else { return parsed.problems }
        let calls = try parsed.workflow.map { try surroundings.callProblems(of: $0, file: path) } ?? []
        return parsed.problems + calls + SecretScanner.findings(in: bytes, file: path)
    }
}

extension DefinitionFile {
    private var misnaming: Problem {
        Problem(
            file: path, position: .start, code: .document, message: "the file's name can't be a workflow's",
            hint: "names are made of letters, digits, - _ . and /, each part starting with a letter or digit")
    }
}

/// Finds the definitions that arguments of `check` mean.
struct DefinitionFiles {
    let context: CommandContext

    /// The definitions of files, folders and names; without any, those of the work tree.
    func files(_ arguments: [String]) throws -> [DefinitionFile] {
        guard arguments.isEmpty else { return try arguments.flatMap(files(at:)) }
        guard let root = try context.openWorkflows().repository.workTree else {
            throw CommandFailure("a bare repository has no work tree to check", hint: "name the files to check")
        }
        let folder = relative(root)
        var found = try definitions(below: root + "workflows", shown: folder + "workflows")
        for index in found.indices {
            found[index].isMisnamed = WorkflowName(path: String(found[index].path.dropFirst(folder.count))) == nil
        }
        return found + (try kinds(root, shown: folder))
    }

    /// The definitions of own kinds of step.
    private func kinds(_ root: String, shown: String) throws -> [DefinitionFile] {
        try names(in: root + WorkflowName.kindFolder, shown: shown + WorkflowName.kindFolder).sorted().compactMap {
            guard let name = WorkflowName(WorkflowName.kindPrefix + $0), access(root + name.path, F_OK) == 0 else {
                return nil
            }
            return DefinitionFile(name: name, path: shown + name.path)
        }
    }

    private func files(at argument: String) throws -> [DefinitionFile] {
        var status = stat()
        guard lstat(context.absolute(argument), &status) == 0 else { return [try workflow(named: argument)] }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return argument == Settings.path || argument.hasSuffix("/" + Settings.path) ? [] : definition(at: argument)
        }
        return try definitions(below: context.absolute(argument), shown: argument)
    }

    private func workflow(named text: String) throws -> DefinitionFile {
        guard let name = WorkflowName(text), let workflows = try? context.openWorkflows(),
            let root = workflows.repository.workTree
        else { throw CommandFailure("\(text): no such file, folder or workflow") }
        guard let path = [name.path, name.shortPath].first(where: { access(root + $0, F_OK) == 0 }) else {
            throw CommandFailure("\(text): no such file, folder or workflow", hint: "list the workflows: wfrepo list")
        }
        return DefinitionFile(name: name, path: relative(root) + path)
    }

    /// Every `.yaml` and `.yml` below a folder, in the order of their paths. Folders that are links are not followed.
    private func definitions(below folder: String, shown: String) throws -> [DefinitionFile] {
        var found: [DefinitionFile] = []
        for name in try names(in: folder, shown: shown) where !name.hasPrefix(".") {
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0 else {
                found += misnamed("\(shown)/\(name)")
                continue
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                found += try definitions(below: "\(folder)/\(name)", shown: "\(shown)/\(name)")
            } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                found += definition(at: "\(shown)/\(name)")
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    /// A file whose name is no UTF-8, so that nothing is found under it; none where it went meanwhile.
    private func misnamed(_ path: String) -> [DefinitionFile] {
        guard path.unicodeScalars.contains("\u{FFFD}"), path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
            return []
        }
        return definition(at: path).map { DefinitionFile(name: $0.name, path: path, isMisnamed: true) }
    }

    private func names(in folder: String, shown: String) throws -> [String] {
        do throws(SystemFailure) {
            return try FolderNames.unsorted(in: folder)
        } catch {
            if error.isAbsence { return [] }
            throw CommandFailure("cannot read \(shown): \(error)")
        }
    }

    /// The definition in a file, under the name that it has, or would have below `workflows/`; a file outside needs none.
    private func definition(at path: String) -> [DefinitionFile] {
        let parts = path.split(separator: "/").map(String.init)
        if let kind = WorkflowName(kindPath: parts.suffix(3).joined(separator: "/")) {
            return [DefinitionFile(name: kind, path: path)]
        }
        let start = parts.lastIndex(of: "workflows").map { $0 + 1 } ?? parts.count - 1
        let below = "workflows/" + parts.dropFirst(start).joined(separator: "/")
        let name = WorkflowName(path: below) ?? WorkflowName("workflow")
        return name.map { [DefinitionFile(name: $0, path: path)] } ?? []
    }

    /// A path of the work tree as seen from the folder that the command was started in.
    private func relative(_ root: String) -> String { context.shown(root) }
}
