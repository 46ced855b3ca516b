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
        let objects = repository.commonDirectory + "objects/"
        var loose = 0
        for number in 0..<256 { loose += try Self.loose(in: objects, number) }
        self.loose = loose
        packs = try Self.packs(in: objects)
    }

    /// Whether there are many, by a sample as `git gc --auto` takes it: objects are spread evenly over 256 folders.
    static func isMuch(in repository: Repository) throws(GitError) -> Bool {
        let objects = repository.commonDirectory + "objects/"
        if try loose(in: objects, 0x17) * 256 >= muchLoose { return true }
        return try packs(in: objects) >= manyPacks
    }

    private static func loose(in objects: String, _ number: Int) throws(GitError) -> Int {
        let digits = String(number, radix: 16)
        return try FolderNames.all(in: objects + (number < 16 ? "0" : "") + digits).count { $0.utf8.count == 38 }
    }

    private static func packs(in objects: String) throws(GitError) -> Int {
        let names = Set(try FolderNames.all(in: objects + "pack"))
        return names.count { $0.hasSuffix(".pack") && !names.contains($0.dropLast(4) + "keep") }
    }
}
