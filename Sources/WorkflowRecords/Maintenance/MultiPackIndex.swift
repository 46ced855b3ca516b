internal import GitStore
internal import Glibc

/// git's one index of several packs (gitformat-pack(5), `multi-pack-index`).
///
/// It saves a look into each pack. But whoever opens the repository with libgit2 first reads and hashes the whole of it: 30 ms for
/// each command where there are five million objects, where a geometric row of a dozen packs is looked through within
/// microseconds. It also repeats, entry by entry, what stands in the packs' own indexes. So it is for few objects.
struct MultiPackIndex {
    /// How many bytes the packs' own indexes may have: some 35,000 objects, which are read within a fifth of a millisecond.
    static let most = 1 << 20

    private let folder: PackFolder

    init(of repository: Repository) { folder = PackFolder(of: repository) }

    /// Whether there are several packs, and their indexes have at most so many bytes together.
    func isWorthWriting(upTo most: Int) throws -> Bool {
        let indexes = try FolderNames.all(in: folder.path).filter { $0.hasSuffix(".idx") }
        return indexes.count > 1 && indexes.reduce(0) { $0 + size(of: $1) } <= most
    }

    private func size(of name: String) -> Int {
        var status = stat()
        return lstat(folder.path + name, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Removes it, unless it bears a bitmap: then somebody serves fetches from it. Who has it open goes on with it.
    func removeIfUseless() throws {
        let names = try FolderNames.all(in: folder.path).filter { $0.hasPrefix("multi-pack-index") }
        if !names.contains(where: { $0.hasSuffix(".bitmap") }) { try folder.removeMultiPackIndex() }
    }
}
