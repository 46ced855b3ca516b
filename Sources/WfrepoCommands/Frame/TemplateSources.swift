import GitStore
import Glibc
import WorkflowTemplates

/// Templates of other git repositories, each source at the commit that somebody trusted: fetched into this repository under
/// `refs/wfrepo/templates/NAME`, so that they are there without a network and stay what they were.
struct TemplateSources {
    /// A repository that templates come from.
    struct Source: Hashable {
        var name: String
        var commit: CommitID
        var url: String?

        /// What people see of it.
        var origin: String { "\(url ?? name) @\(commit.object.short())" }
    }

    private let repository: Repository
    private static let prefix = "refs/wfrepo/templates/"
    private static let largestFile = 4 << 20
    private static let mostFiles = 5000

    init(_ repository: Repository) { self.repository = repository }

    static func reference(_ name: String) -> String { prefix + name }
    static func setting(_ name: String) -> String { "wfrepo-template.\(name).url" }

    /// The sources, by name.
    func all() throws -> [Source] {
        try repository.references(matching: Self.prefix + "*").compactMap { reference in
            guard case .object(let object) = reference.target else { return nil }
            let name = String(reference.name.dropFirst(Self.prefix.count))
            return Source(
                name: name, commit: CommitID(object), url: try repository.configuration.string(Self.setting(name)))
        }
    }

    /// The files of the templates of a commit, by the templates' names: those of its folder `templates`, or of the top.
    func folders(in commit: CommitID) throws -> [String: [String: [UInt8]]] {
        let tree = try repository.commit(commit).tree
        let hasFolder = try repository.entry(at: TemplateCatalog.folder, in: tree)?.mode == .tree
        let files = try repository.files(in: tree, under: hasFolder ? TemplateCatalog.folder : "")
        guard files.count <= Self.mostFiles else {
            throw CommandFailure("\(commit) has \(files.count) files, more than \(Self.mostFiles)")
        }
        var folders: [String: [String: [UInt8]]] = [:]
        for (path, entry) in files where entry.mode.isRegularFile {
            let parts = path.split(separator: "/").dropFirst(hasFolder ? 1 : 0)
            guard parts.count > 1, let name = parts.first, !name.hasPrefix("."),
                try repository.header(of: entry.id).size <= Self.largestFile
            else { continue }
            let inner = parts.dropFirst().joined(separator: "/")
            folders[String(name), default: [:]][inner] = try repository.blob(BlobID(entry.id))
        }
        return folders.filter { $0.value["template.yaml"] != nil }
    }
}
