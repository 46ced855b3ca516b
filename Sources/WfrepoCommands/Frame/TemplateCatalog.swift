import Crypto
import DocumentTree
import GitStore
import Glibc
import WorkflowTemplates

/// The templates that are at hand: those that the program carries, those of the repository, and those that were taken from others.
struct TemplateCatalog {
    /// The templates that can be used, by name.
    let templates: [WorkflowTemplate]
    /// What is wrong with the others, by their names.
    let faults: [String: TemplateError]
    /// What tells one version of a template from the next, by its name: digits of a hash of its files.
    private let versions: [String: String]
    /// The names of those that the repository has.
    let own: Set<String>
    /// Where those of other repositories come from, by name.
    private var origins: [String: String] = [:]

    /// The folder of a repository's own templates.
    static let folder = "templates"
    private static let largestFile = 4 << 20

    /// The program's templates and those in the work tree of the repository that the command works on, where there is
    /// one; of two of one name the repository's counts.
    ///
    /// - Parameter incoming: Templates of another repository that somebody may take.
    static func all(
        _ context: CommandContext, adding incoming: (name: String, folders: [String: [String: [UInt8]]])? = nil
    ) throws -> TemplateCatalog {
        var folders = embeddedFolders()
        guard let repository = try? context.openRepository() else { return TemplateCatalog(folders, own: []) }
        var origins: [String: String] = [:]
        let sources = TemplateSources(repository)
        for source in try sources.all() where source.name != incoming?.name {
            for (name, files) in try sources.folders(in: source.commit) {
                folders["\(source.name)/\(name)"] = files
                origins["\(source.name)/\(name)"] = source.origin
            }
        }
        for (name, files) in incoming?.folders ?? [:] { folders["\(incoming?.name ?? "")/\(name)"] = files }
        let found = try repository.workTree.map { try ownFolders(below: $0 + folder, context) } ?? [:]
        folders.merge(found) { $1 }
        var catalog = TemplateCatalog(folders, own: Set(found.keys))
        catalog.origins = origins
        // What somebody is about to take must be sound.
        for name in incoming?.folders.keys.sorted() ?? [] {
            if let fault = catalog.faults["\(incoming?.name ?? "")/\(name)"] { throw fault }
        }
        return catalog
    }

    /// The templates that the program carries and those that the repository had at a commit.
    static func asOf(_ commit: CommitID, in repository: Repository) throws -> TemplateCatalog {
        let found = try TemplateSources(repository).folders(in: commit)
        return TemplateCatalog(embeddedFolders().merging(found) { $1 }, own: Set(found.keys))
    }

    /// Where a template comes from, for people.
    func origin(of template: WorkflowTemplate) -> String {
        origins[template.name] ?? (own.contains(template.name) ? "this repository" : "built in")
    }

    private init(_ folders: [String: [String: [UInt8]]], own: Set<String>) {
        let inheritance = TemplateInheritance(folders)
        var (templates, versions, faults) = ([WorkflowTemplate](), [String: String](), [String: TemplateError]())
        for name in folders.keys.sorted() {
            do throws(TemplateError) {
                templates.append(try inheritance.template(named: name))
                // What a template inherits makes a version of it, too.
                versions[name] = Self.version(of: try inheritance.chain(of: name).map { folders[$0] ?? [:] })
            } catch {
                faults[name] = error
            }
        }
        self.templates = templates
        self.versions = versions
        self.faults = faults
        self.own = own
    }

    private static func embeddedFolders() -> [String: [String: [UInt8]]] {
        var folders: [String: [String: [UInt8]]] = [:]
        for (path, text) in EmbeddedFiles.textByPath where path.hasPrefix("templates/") {
            let parts = path.split(separator: "/", maxSplits: 2)
            guard parts.count == 3 else { continue }
            folders[String(parts[1]), default: [:]][String(parts[2])] = Array(text.utf8)
        }
        return folders
    }

    private static func ownFolders(
        below root: String, _ context: CommandContext
    ) throws -> [String: [String: [UInt8]]] {
        var folders: [String: [String: [UInt8]]] = [:]
        for name in names(in: root) where access("\(root)/\(name)/template.yaml", F_OK) == 0 {
            var files: [String: [UInt8]] = [:]
            try read("\(root)/\(name)", under: "", into: &files, context, depth: 0)
            folders[name] = files
        }
        return folders
    }

    /// Reads plain files; links are left aside.
    private static func read(
        _ folder: String, under prefix: String, into files: inout [String: [UInt8]], _ context: CommandContext,
        depth: Int
    ) throws {
        guard depth < 8 else { return }
        for name in names(in: folder) {
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try read("\(folder)/\(name)", under: "\(prefix)\(name)/", into: &files, context, depth: depth + 1)
            case S_IFREG: files[prefix + name] = try context.readFile("\(folder)/\(name)", limit: largestFile)
            default: break
            }
        }
    }

    /// The names in a folder, sorted, but for hidden ones; none where it can't be read.
    private static func names(in folder: String) -> [String] {
        ((try? FolderNames.all(in: folder)) ?? []).filter { !$0.hasPrefix(".") }
    }

    private static func version(of folders: [[String: [UInt8]]]) -> String {
        var hash = SHA256()
        for (path, bytes) in folders.flatMap({ $0.sorted { $0.key < $1.key } }) {
            hash.update(data: Array("\(path.utf8.count) \(path) \(bytes.count)\n".utf8))
            hash.update(data: bytes)
        }
        return String(hash.finalize().hexadecimal.prefix(12))
    }

    /// The version of a template.
    func version(of template: WorkflowTemplate) -> String { versions[template.name] ?? "" }

    /// The template called `name`.
    func template(named name: String) throws -> WorkflowTemplate {
        if let template = templates.first(where: { $0.name == name }) { return template }
        if let fault = faults[name] { throw fault }
        throw CommandFailure.unknown(
            "there is no template '\(name)'", nearest: NearestName.nearest(to: name, among: templates.map(\.name)),
            listing: "wfrepo template list")
    }
}
