import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage
import WorkflowTemplates

/// A workflow that is being made from a template: the files to write and the commit that saves them.
struct NewWorkflow {
    let name: WorkflowName
    let template: WorkflowTemplate
    /// The template's version.
    let version: String
    let instance: TemplateInstance

    /// The line that tells editors where the schema of workflows is (yaml-language-server's modeline).
    private var schemaLine: String {
        let levels = name.description.split(separator: "/").count - 1
        return "# yaml-language-server: $schema=" + String(repeating: "../", count: levels) + SchemaFile.name + "\n"
    }

    /// The workflow's file.
    var content: [UInt8] { Array(schemaLine.utf8) + instance.workflow }

    /// Writes the workflow and the sample files that are not there yet.
    ///
    /// - Returns: The paths that were written, the workflow's first.
    func write(in workflows: WorkflowRepository) throws -> [String] {
        guard let root = workflows.repository.workTree else {
            throw CommandFailure(
                "a bare repository has no work tree to write to", hint: "make the workflow in a clone, and push it")
        }
        for path in [name.path, name.shortPath] where access("\(root)/\(path)", F_OK) == 0 {
            throw CommandFailure("\(path) is there already", hint: "look at it: wfrepo show \(name)")
        }
        var written: [String] = []
        do {
            try NewFile.write(content, at: name.path, below: root)
            written.append(name.path)
            for (path, bytes) in instance.files.sorted(by: { $0.key < $1.key })
            where access("\(root)/\(path)", F_OK) != 0 {
                try NewFile.write(bytes, at: path, below: root)
                written.append(path)
            }
        } catch {
            remove(written, from: workflows)
            throw error
        }
        return written
    }

    /// The commit that saves what was written.
    func commitRequest(_ written: [String], message: String?) -> CommitRequest {
        let trailers = TemplateOrigin.trailers(template.name, version: version, values: instance.values)
        return CommitRequest(
            .only([name], paths: written.filter { $0 != name.path }),
            message: "\(message ?? "Add \(name) from template \(template.name)")\n\n\(trailers)", allowsSecrets: false)
    }

    /// Takes away what was written, after a save that was refused.
    func remove(_ written: [String], from workflows: WorkflowRepository) {
        guard let root = workflows.repository.workTree else { return }
        for path in written { unlink("\(root)/\(path)") }
    }
}

/// A file that is made, never one that is replaced.
enum NewFile {
    /// Writes a file that is not there yet, with the folders to it; one that starts with `#!` becomes executable.
    static func write(_ bytes: [UInt8], at path: String, below root: String) throws {
        var folder = root.hasSuffix("/") ? String(root.dropLast()) : root
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw failure(folder) }
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw CommandFailure(
                    "cannot write \(path): \(folder) is no folder of the work tree, but a link or a file",
                    hint: "take it away, or choose another name")
            }
        }
        let mode: mode_t = bytes.starts(with: "#!".utf8) ? 0o777 : 0o666
        let descriptor = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        try SystemFile.write(bytes, to: descriptor, path: path)
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
