import DocumentTree

/// What a backup says of itself: the first line of its file, after the words that name the form.
struct BackupManifest {
    /// A file in the backup.
    struct Part: Hashable {
        /// `repository.bundle`, `state.sqlite`, `config`, `secrets/…`.
        var name: String
        var size: Int
        var sha256: String
    }

    static let schema = "wfrepo.backup/1"
    /// The first line of the file.
    static let header = "wfrepo-backup-1\n"

    /// When it was made, and some digits: `20261101T183000Z-4f2a`.
    var id: String
    var created: String
    /// The repository's folder, for people.
    var repository: String
    /// The branch that HEAD names.
    var branch: String?
    /// Every reference and what it points to.
    var references: [String: String]
    var parts: [Part]

    /// The manifest as one line.
    func line() throws -> String {
        let value: Value = [
            "schema": .string(Self.schema), "id": .string(id), "created": .string(created),
            "repository": .string(repository), "branch": Value(branch),
            "references": .mapping(
                ValueMapping(references.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "parts": .sequence(
                parts.map { ["name": .string($0.name), "size": .integer($0.size), "sha256": .string($0.sha256)] }),
        ]
        return try value.json() + "\n"
    }

    init(
        id: String, created: String, repository: String, branch: String?, references: [String: String], parts: [Part]
    ) {
        self.id = id
        self.created = created
        self.repository = repository
        self.branch = branch
        self.references = references
        self.parts = parts
    }

    /// Reads a manifest's line.
    init(_ line: [UInt8], path: String) throws(CommandFailure) {
        let damaged = CommandFailure("\(path): is no backup of wfrepo, or its beginning is damaged")
        guard let value = try? Document.parseOne(line, name: "manifest.json").value(),
            value["schema"] == .string(Self.schema),
            let id = value["id"]?.string, let created = value["created"]?.string,
            let repository = value["repository"]?.string, let references = value["references"]?.mapping,
            let parts = value["parts"]?.items
        else { throw damaged }
        self.id = id
        self.created = created
        self.repository = repository
        branch = value["branch"]?.string
        self.references = Dictionary(
            references.entries.compactMap { entry in entry.value.string.map { (entry.key, $0) } },
            uniquingKeysWith: { first, _ in first })
        self.parts = []
        for part in parts {
            guard let name = part["name"]?.string, let size = part["size"]?.integer, size >= 0,
                let sum = part["sha256"]?.string, Self.isSafe(name)
            else { throw damaged }
            self.parts.append(Part(name: name, size: size, sha256: sum))
        }
    }

    /// Parts become files: nothing but the names that backups have.
    private static func isSafe(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (parts.count == 1 || parts.count == 2 && parts[0] == "secrets")
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != "."
                    && part.utf8.allSatisfy { $0 >= 0x21 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
            }
    }
}
