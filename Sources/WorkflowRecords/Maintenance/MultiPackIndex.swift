internal import GitStore
internal import Glibc

/// git's one index of several packs (gitformat-pack(5), `multi-pack-index`).
///
/// A geometric row has a dozen packs at most, which are looked through within microseconds. But whoever opens the repository
/// with libgit2 first reads and hashes the whole of this file: 30 ms for each command where there are five million objects.
/// It also repeats, entry by entry, what stands in the packs' own indexes.
struct MultiPackIndex {
    private let folder: String

    init(of repository: Repository) { folder = repository.commonDirectory + "objects/pack/" }

    /// Removes it, unless it bears a bitmap: then somebody serves fetches from it. Who has it open goes on with it.
    func removeIfUseless() throws {
        let names = try FolderNames.all(in: folder).filter { $0.hasPrefix("multi-pack-index") }
        guard !names.isEmpty, !names.contains(where: { $0.hasSuffix(".bitmap") }) else { return }
        for name in names where !name.hasSuffix(".lock") {
            guard unlink(folder + name) == 0 || errno == ENOENT else {
                throw RecordsError.system("remove", folder + name)
            }
        }
    }
}
