public import GitStore

/// How many loose objects and packs a repository has.
public struct ObjectCounts: Hashable, Sendable {
    /// From so many loose objects on a maintenance pays: as many as `git gc --auto` accepts (git-config(1), `gc.auto`), less
    /// the ones that the next batches bring.
    private static let muchLoose = 4_000
    /// From so many packs on: each costs every look-up that finds nothing (`gc.autoPackLimit`).
    private static let manyPacks = 30

    /// Objects in files of their own.
    public let loose: Int
    /// Packs that may be rewritten.
    public let packs: Int

    /// Counts all.
    public init(_ repository: Repository) throws(GitError) {
        var loose = 0
        for number in 0..<LooseObjects.folders { loose += try LooseObjects(of: repository).count(in: number) }
        self.loose = loose
        packs = try Self.packs(of: repository)
    }

    /// Whether there are many, by a sample as `git gc --auto` takes it: objects are spread evenly over 256 folders.
    static func isMuch(in repository: Repository) throws(GitError) -> Bool {
        if try LooseObjects(of: repository).count(in: 0x17) * LooseObjects.folders >= muchLoose { return true }
        return try packs(of: repository) >= manyPacks
    }

    private static func packs(of repository: Repository) throws(GitError) -> Int {
        let names = Set(try FolderNames.all(in: PackFolder(of: repository).path))
        return names.count { $0.hasSuffix(".pack") && !names.contains($0.dropLast(4) + "keep") }
    }
}
