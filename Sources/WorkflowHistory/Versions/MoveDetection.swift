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
    /// Of the commits that a merge brought in, so many are looked at.
    private static let mostMerged = 10_000

    /// The old file of each new one that is a move.
    func sources(
        of created: [WorkflowFile], among removed: [WorkflowFile], in commit: CommitID
    ) throws -> [WorkflowName: WorkflowFile] {
        guard !created.isEmpty, !removed.isEmpty else { return [:] }
        var pairing = MovePairing(created: created, removed: removed)
        let commit = try repository.repository.commit(commit)
        pairing.pairStated(Self.stated(by: commit))
        try pairMerged(by: commit, &pairing)
        try pairing.pairByContent(contents)
        return pairing.sources
    }

    private static func stated(by commit: Commit) -> [String] {
        commit.trailers.filter { $0.key == trailer }.map(\.value)
    }

    /// Pairs what the commits that a merge brought in say they renamed, from the last name back to the one that the branch had.
    private func pairMerged(by commit: Commit, _ pairing: inout MovePairing<WorkflowFile>) throws {
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

    private func contents(of file: WorkflowFile) throws -> [UInt8] {
        guard try repository.repository.header(of: file.blob.object).size <= LineSet.largestCompared else { return [] }
        return try repository.repository.blob(file.blob)
    }
}
