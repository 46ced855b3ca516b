internal import GitStore
internal import Glibc

/// Makes one pack of all loose objects and of the small packs, in which objects that resemble each other lie side by side.
///
/// `git repack --geometric` does the same, but for the names: git takes objects for alike whose paths end alike, and a note's path is
/// a hash. Here `git pack-objects` is told names that say what resembles what (``PackingNames``). Nothing is removed that does
/// not stand in the new pack, and nothing before that pack is on disk; so it may run beside any writer, and a crash leaves an object
/// twice at worst.
struct Repacking {
    /// Differences in a row that lead to an object: so many are read for a single record. git's fifty would save four thousandths of the room.
    private static let longestChain = 20

    private let repository: Repository
    private let git: GitProgram
    private let settings: [String]
    private let folder: PackFolder

    /// - Parameter settings: of git, for its writing.
    init(_ repository: Repository, git: GitProgram, settings: [String]) {
        self.repository = repository
        self.git = git
        self.settings = settings
        folder = PackFolder(of: repository)
    }

    /// Repacks.
    ///
    /// - Parameter isFull: whether all packs become one, and what was found alike before is looked for anew.
    func run(isFull: Bool) throws {
        let small = try smallPacks(isFull: isFull)
        let loose = try LooseObjects(of: repository).all()
        guard !small.isEmpty || !loose.isEmpty else { return }
        let packs = PackCatalog(packs: small)
        var names = PackingNames(packs, loose, in: repository)
        // What is not in the list would go with its pack.
        guard names.count == packs.counts.reduce(loose.count, { $0 + $1.objects }) else {
            throw RecordsError(
                .corrupt, "repack", folder.path, "the index of a pack is damaged", hint: "see which: git fsck --full")
        }
        let written = try git.output(
            ["pack-objects", "--quiet", "--delta-base-offset", "--non-empty", "--depth=\(Self.longestChain)"]
                + (isFull ? ["--no-reuse-delta"] : []) + [folder.path + "pack"],
            settings: settings, input: names.list()
        ).split(separator: "\n").map { "pack-\($0)" }
        guard !written.isEmpty, written.allSatisfy({ folder.has("idx", $0) }) else {
            throw RecordsError(.io, "repack", folder.path, "git wrote no pack")
        }
        // git writes the files durably, but not their names.
        try DurableFile.syncFolder(of: folder.path + ".")
        let replaced = packs.counts.map { String($0.path.dropFirst(folder.path.count)) }.filter {
            !written.contains($0)
        }
        if !replaced.isEmpty { try folder.removeMultiPackIndex() }
        for name in replaced { try folder.remove(name) }
        try git.output(["prune-packed", "--quiet"])
        // Whoever serves clones by plain files has this list of packs.
        if access(repository.commonDirectory + "objects/info/packs", F_OK) == 0 {
            try git.output(["update-server-info"])
        }
    }

    /// The paths, without extensions, of the packs that are to become one. One that somebody keeps, or whose objects git treats in a way of its own, stays.
    private func smallPacks(isFull: Bool) throws -> [String] {
        let names = try folder.names().filter { name in
            !["keep", "promisor", "mtimes"].contains { folder.has($0, name) }
        }
        let packs = PackCatalog(packs: names.map { folder.path + $0 }).counts.sorted { $0.objects < $1.objects }
        let count = isFull ? packs.count : PackGeometry.rolledUp(packs.map(\.objects))
        return packs.prefix(count).map(\.path)
    }
}
