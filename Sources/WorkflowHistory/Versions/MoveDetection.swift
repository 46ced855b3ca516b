internal import GitStore
internal import WorkflowLanguage

/// Finds which created definitions of a commit are removed ones under a new name.
///
/// A `Renamed-From:` trailer decides, of the commit or, for a merge, of the commits that it brought in; then equal content, of
/// files with an equal last part of the name first; then likeness of at least one half, as in git's own `-M` (git-diff(1)): the
/// share of the larger file that stands in the other in whole lines.
struct MoveDetection {
    let repository: WorkflowRepository

    /// The key of the trailer in which wfrepo's own moves say so: `Renamed-From: old`.
    static let trailer = "Renamed-From"
    /// git's default for `-M`.
    private static let leastLikeness = 0.5
    /// Beyond this many pairs content is not compared (git's `diff.renameLimit` does the same).
    private static let mostPairs = 10_000
    private static let largestCompared = 1 << 20
    /// Of the commits that a merge brought in, so many are looked at.
    private static let mostMerged = 10_000

    /// The old file of each new one that is a move.
    func sources(
        of created: [WorkflowFile], among removed: [WorkflowFile], in commit: CommitID
    ) throws -> [WorkflowName: WorkflowFile] {
        guard !created.isEmpty, !removed.isEmpty else { return [:] }
        var pairing = Pairing(created: created, removed: removed)
        let commit = try repository.repository.commit(commit)
        pairing.pairStated(Self.stated(by: commit))
        try pairMerged(by: commit, &pairing)
        pairing.pairEqual()
        if pairing.created.count * pairing.removed.count <= Self.mostPairs { try pairAlike(&pairing) }
        return pairing.sources
    }

    private static func stated(by commit: Commit) -> [String] {
        commit.trailers.filter { $0.key == trailer }.map(\.value)
    }

    /// Pairs what the commits that a merge brought in say they renamed, from the last name back to the one that the branch had.
    private func pairMerged(by commit: Commit, _ pairing: inout Pairing) throws {
        let git = repository.repository
        guard let trunk = commit.parents.first, commit.parents.count > 1, !git.isShallow else { return }
        var names = Dictionary(pairing.created.map { ($0.name, $0.name) }, uniquingKeysWith: { first, _ in first })
        for side in commit.parents.dropFirst() {
            let merged = try git.commits(from: side, hiding: [trunk], order: .topological)
            for id in try merged.rest(limit: Self.mostMerged) {
                let step = try git.commit(id)
                guard let parent = step.parents.first, !Self.stated(by: step).isEmpty else { continue }
                let moves = try repository.moves(in: id, from: git.links(of: parent).tree, to: step.tree)
                names = names.mapValues { moves[$0]?.name ?? $0 }
            }
        }
        for new in pairing.created {
            guard let name = names[new.name], name != new.name else { continue }
            if let old = pairing.removed.first(where: { $0.name == name }) { pairing.pair(new, with: old) }
        }
    }

    private func pairAlike(_ pairing: inout Pairing) throws {
        let new = try pairing.created.map { try LineSet(contents(of: $0)) }
        let old = try pairing.removed.map { try LineSet(contents(of: $0)) }
        var candidates: [(likeness: Double, created: WorkflowFile, removed: WorkflowFile)] = []
        for (created, lines) in zip(pairing.created, new) {
            for (removed, others) in zip(pairing.removed, old) {
                let likeness = lines.likeness(to: others)
                if likeness >= Self.leastLikeness { candidates.append((likeness, created, removed)) }
            }
        }
        candidates.sort {
            ($0.likeness, $1.created.name, $1.removed.name) > ($1.likeness, $0.created.name, $0.removed.name)
        }
        for candidate in candidates { pairing.pair(candidate.created, with: candidate.removed) }
    }

    private func contents(of file: WorkflowFile) throws -> [UInt8] {
        guard try repository.repository.header(of: file.blob.object).size <= Self.largestCompared else { return [] }
        return try repository.repository.blob(file.blob)
    }
}

/// Created and removed files of a commit that are not paired yet, in the order of their names, and the pairs.
private struct Pairing {
    private(set) var created: [WorkflowFile]
    private(set) var removed: [WorkflowFile]
    private(set) var sources: [WorkflowName: WorkflowFile] = [:]

    init(created: [WorkflowFile], removed: [WorkflowFile]) {
        self.created = created.sorted { $0.name < $1.name }
        self.removed = removed.sorted { $0.name < $1.name }
    }

    mutating func pair(_ new: WorkflowFile, with old: WorkflowFile) {
        guard let newIndex = created.firstIndex(of: new), let oldIndex = removed.firstIndex(of: old) else { return }
        sources[new.name] = old
        created.remove(at: newIndex)
        removed.remove(at: oldIndex)
    }

    /// Trailers say what was the old name; with several moves in one commit, equal content tells which became which.
    mutating func pairStated(_ names: [String]) {
        for name in names {
            guard let old = removed.first(where: { $0.name.description == name }) else { continue }
            let target = created.first { $0.blob == old.blob } ?? (created.count == 1 ? created.first : nil)
            if let target { pair(target, with: old) }
        }
    }

    mutating func pairEqual() {
        for sameLastPart in [true, false] {
            for new in created {
                let old = removed.first {
                    $0.blob == new.blob && (!sameLastPart || Self.lastPart($0.name) == Self.lastPart(new.name))
                }
                if let old { pair(new, with: old) }
            }
        }
    }

    private static func lastPart(_ name: WorkflowName) -> Substring? { name.description.split(separator: "/").last }
}

/// The lines of a text with their total length in bytes: what likeness is measured by.
private struct LineSet {
    private var sizes: [ArraySlice<UInt8>: Int] = [:]
    private let total: Int

    init(_ bytes: [UInt8]) {
        total = bytes.count
        for line in bytes.split(separator: 0x0A) { sizes[line, default: 0] += line.count + 1 }
    }

    /// The share of the larger text that stands in the other, from 0 to 1.
    func likeness(to other: LineSet) -> Double {
        guard total > 0, other.total > 0 else { return 0 }
        var common = 0
        for (line, size) in sizes { common += min(size, other.sizes[line] ?? 0) }
        return Double(common) / Double(max(total, other.total))
    }
}
