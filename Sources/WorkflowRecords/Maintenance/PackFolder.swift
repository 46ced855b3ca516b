internal import GitStore
internal import Glibc

/// The folder of a repository's packs (gitrepository-layout(5), `objects/pack`).
struct PackFolder {
    /// Ends in `/`.
    let path: String

    init(of repository: Repository) { path = repository.commonDirectory + "objects/pack/" }

    /// The names of all packs that have an index, without extensions.
    func names() throws -> [String] {
        try FolderNames.all(in: path).filter { $0.hasPrefix("pack-") && $0.hasSuffix(".idx") }
            .map { String($0.dropLast(".idx".count)) }
    }

    /// Whether a pack has a file of this extension.
    func has(_ suffix: String, _ name: String) -> Bool { access("\(path)\(name).\(suffix)", F_OK) == 0 }

    /// Removes a pack, durably. The index goes first: without it no git looks for the pack.
    func remove(_ name: String) throws {
        for suffix in ["idx", "rev", "bitmap", "mtimes", "promisor", "pack"] { try remove(file: "\(name).\(suffix)") }
        try DurableFile.syncFolder(of: "\(path)\(name).pack")
    }

    /// Removes the index of several packs, and what belongs to it.
    func removeMultiPackIndex() throws {
        for name in try FolderNames.all(in: path) where name.hasPrefix("multi-pack-index") && !name.hasSuffix(".lock") {
            try remove(file: name)
        }
    }

    private func remove(file name: String) throws(RecordsError) {
        guard unlink(path + name) == 0 || errno == ENOENT else { throw RecordsError.system("remove", path + name) }
    }
}
