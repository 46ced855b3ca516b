public import GitStore
internal import Glibc

/// Takes what dropped segments held out of the object store, packs included, so that nothing of it can be read any more.
///
/// Only objects that nothing else leads to are erased: no reference, no reflog, no index. Other unreachable objects are
/// left to `git gc`: they may belong to somebody who is writing just now. The recorder's lock is held meanwhile, so that
/// no recorder counts on an object that is about to go.
public struct Erasure {
    private let repository: Repository
    private let git: GitProgram
    private let patience: Duration

    /// An erasure in one repository.
    public init(_ repository: Repository, git: GitProgram, patience: Duration = .seconds(30)) {
        self.repository = repository
        self.git = git
        self.patience = patience
    }

    /// What is being erased, an object a line: once some of it is gone, nothing leads to the rest.
    private var listPath: String { repository.commonDirectory + "wfrepo/erasing" }
    private var objects: String { repository.commonDirectory + "objects/" }

    /// Whether something that a tombstone names is still there, or an erasure was killed.
    public func isNeeded() throws -> Bool {
        try access(listPath, F_OK) == 0
            || Tombstone.all(in: repository).values.flatMap(\.tips).contains { repository.exists($0.object) }
    }

    /// Erases what all tombstones name.
    ///
    /// - Returns: how many objects there were.
    /// - Throws: `refused` where a pack may not be rewritten, or something of it is still there afterwards.
    public func run() throws -> Int {
        guard let lock = try FileLock(RecorderLock.path(in: repository), patience: patience) else {
            throw RecordsError(.busy, "erase from", repository.commonDirectory, "a recorder is at work")
        }
        defer { withExtendedLifetime(lock) {} }
        let tombstones = try Tombstone.all(in: repository)
        // One that is left keeps all that was in the segment.
        for segment in tombstones.keys { try repository.removeReflog(ofRemoved: segment.reference) }
        let begun = try begun()
        let tips = tombstones.values.flatMap(\.tips)
            .filter { repository.exists($0.object) && !begun.contains($0.description) }
        let erased = try begun.union(tips.isEmpty ? [] : erasable(tips))
        guard !erased.isEmpty else { return 0 }
        let list = erased.sorted().joined(separator: "\n") + "\n"
        try DurableFile.write(Array(list.utf8), to: listPath, mode: 0o600)
        try rewritePacks(without: erased)
        for object in erased { try removeLoose(object) }
        try expectGone(erased)
        try remove(listPath)
        return erased.count
    }

    /// What an erasure that was killed had begun with, without what somebody has brought back since.
    private func begun() throws -> Set<String> {
        let lines = String(decoding: try DurableFile.read(listPath) ?? [], as: UTF8.self).split(separator: "\n")
        let listed = Set(lines.map(String.init)).filter { ObjectID($0) != nil }
        guard !listed.isEmpty else { return [] }
        let used = try git.output([
            "rev-list", "--objects", "--no-object-names", "--all", "--indexed-objects", "--reflog",
        ])
        return listed.subtracting(used.split(separator: "\n").map(String.init))
    }

    /// What the tips lead to and nothing else does.
    private func erasable(_ tips: [CommitID]) throws -> Set<String> {
        let found = try git.output(
            ["rev-list", "--objects", "--no-object-names"] + tips.map(\.description) + ["--not", "--all"])
        // What was run uncommitted may be staged by now, and a reflog may lead to a run commit that a person looked at.
        let staged = try git.output(["rev-list", "--objects", "--no-object-names", "--indexed-objects", "--reflog"])
        return Set(found.split(separator: "\n").map(String.init))
            .subtracting(staged.split(separator: "\n").map(String.init))
    }

    private func rewritePacks(without erased: Set<String>) throws {
        let folder = PackFolder(of: repository)
        let hadMultiPackIndex = access(folder.path + "multi-pack-index", F_OK) == 0
        let hadCommitGraph =
            access(objects + "info/commit-graph", F_OK) == 0 || access(objects + "info/commit-graphs", F_OK) == 0
        for name in try folder.names() {
            let listed = try git.output(["show-index"], input: try DurableFile.read("\(folder.path)\(name).idx") ?? [])
            // `<offset> <object> (<crc>)`
            let held = listed.split(separator: "\n").compactMap { line -> String? in
                let words = line.split(separator: " ")
                return words.count >= 2 ? String(words[1]) : nil
            }
            let kept = held.filter { !erased.contains($0) }
            guard kept.count < held.count else { continue }
            guard !folder.has("keep", name) else {
                throw RecordsError(
                    .refused, "erase from", "\(folder.path)\(name).pack", "a .keep file says that it has to stay",
                    hint: "if nothing is using it: rm \(folder.path)\(name).keep")
            }
            if !kept.isEmpty {
                try git.output(
                    ["pack-objects", "--quiet", "--delta-base-offset", folder.path + "pack"],
                    settings: ["core.fsync=all", "core.fsyncMethod=fsync"],
                    input: Array((kept.joined(separator: "\n") + "\n").utf8))
            }
            try folder.removeMultiPackIndex()
            try folder.remove(name)
        }
        if hadMultiPackIndex { try git.output(["multi-pack-index", "write"]) }
        // It has the ids and dates of commits that are gone.
        if hadCommitGraph {
            for name in try FolderNames.all(in: objects + "info/commit-graphs") {
                try remove("\(objects)info/commit-graphs/\(name)")
            }
            try remove(objects + "info/commit-graph")
            try git.output(["commit-graph", "write", "--reachable"])
        }
    }

    private func removeLoose(_ object: String) throws {
        try remove("\(objects)\(object.prefix(2))/\(object.dropFirst(2))")
    }

    private func remove(_ path: String) throws(RecordsError) {
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw RecordsError.system("erase", path)
        }
    }

    /// git itself, in a process that has nothing cached, finds none of it.
    private func expectGone(_ erased: Set<String>) throws {
        let answer = try git.output(
            ["cat-file", "--batch-check"], input: Array((erased.sorted().joined(separator: "\n") + "\n").utf8))
        let left = answer.split(separator: "\n").filter { !$0.hasSuffix(" missing") }
        guard let first = left.first else { return }
        throw RecordsError(
            .refused, "erase", String(first.prefix(40)), "it is still there, as are \(left.count - 1) others",
            hint: "another object store may have it: cat \(objects)info/alternates")
    }
}
