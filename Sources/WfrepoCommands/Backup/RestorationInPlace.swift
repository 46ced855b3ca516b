import GitStore
import Glibc
import WorkflowEngine

/// Brings a backup back into the repository that it was made of.
///
/// Branches and tags become what they were. Records only grow: those that lead on from what the backup has stay. What the
/// backup doesn't have stays, too. The journal and the store of secrets come back where they are missing or damaged: what they
/// hold now is newer, and a run that has ended since must not run again.
struct RestorationInPlace {
    /// A reference that becomes another one.
    private struct Move {
        var reference: String
        var old: String?
        var new: String
    }

    private let context: CommandContext
    private let repository: Repository
    private let restored: RestoredRepository
    private let git: GitProgram
    /// Where the backup's references are while they are looked at.
    private static let incoming = "refs/wfrepo/restoring/"

    init(_ context: CommandContext, _ repository: Repository, _ restored: RestoredRepository) throws {
        (self.context, self.repository, self.restored) = (context, repository, restored)
        git = GitProgram(repository, environment: context.environment)
    }

    /// - Parameters:
    ///   - name: The backup as it is named to a command.
    ///   - allowsUnrelated: Whether it may be of a repository that has no commit in common with this one.
    ///   - confirm: Asks, and throws where the answer is no.
    func perform(
        _ name: String, shelf: String?, allowsUnrelated: Bool, confirm: (String) throws -> Void
    ) throws {
        let changed = try git.output(["status", "--porcelain", "--untracked-files=no"])
        if repository.workTree != nil, !changed.isEmpty {
            throw CommandFailure(
                "the work tree has changes that are not committed", hint: "save them, or put them aside: git stash")
        }
        defer { removeIncoming() }
        try fetch()
        if !allowsUnrelated { try refuseUnrelated(name) }
        let moves = try moves()
        let files = missingFiles()
        guard !moves.isEmpty || !files.isEmpty else {
            return context.output.writeLine("Everything is as backup \(restored.manifest.id) has it.")
        }
        for move in moves {
            let from = move.old.map { String($0.prefix(8)) } ?? "nothing"
            context.output.writeLine("\(visible(move.reference)): \(from) → \(move.new.prefix(8))")
        }
        for file in files { context.output.writeLine("\(file): is missing or damaged, and comes back") }
        context.output.flush()
        try confirm("Bring this back?")
        try context.backUp(repository, before: "the restoration", in: shelf)
        for move in moves { try apply(move) }
        for file in files { try bringBack(file) }
        context.output.writeLine("Restored from backup \(restored.manifest.id).")
    }

    // MARK: References

    private func fetch() throws {
        let bundle = "\(restored.parts)/repository.bundle"
        guard access(bundle, F_OK) == 0 else { return }
        try git.output(
            ["fetch", "--quiet", "--no-write-fetch-head", bundle, "+refs/*:\(Self.incoming)*"],
            settings: ["fetch.fsckObjects=true", "gc.auto=0"])
    }

    /// A backup of another repository would replace the branches of this one. As `git merge`, by what both begin with.
    private func refuseUnrelated(_ name: String) throws {
        let theirs = try roots(["--glob=\(Self.incoming)heads/*", "--glob=\(Self.incoming)tags/*"])
        let ours = try roots(["--branches", "--tags"])
        guard !theirs.isEmpty, !ours.isEmpty, theirs.isDisjoint(with: ours) else { return }
        throw CommandFailure(
            "backup \(restored.manifest.id) is of another repository, \(visible(restored.manifest.repository)): it has no commit in common with this one",
            hint:
                "make it anew beside this one: wfrepo backup restore \(visible(name)) --to DIR; to replace this one by it: "
                + "--in-place --allow-unrelated-histories")
    }

    private func roots(_ references: [String]) throws -> Set<Substring> {
        let listed = try git.output(["rev-list", "--max-parents=0"] + references)
        return Set(listed.split(separator: "\n"))
    }

    private func removeIncoming() {
        guard let listed = try? git.output(["for-each-ref", "--format=delete %(refname)", Self.incoming]) else {
            return
        }
        // What can't be removed is only in the way.
        _ = try? git.run(["update-ref", "--stdin"], input: Array(listed.utf8))
    }

    private func moves() throws -> [Move] {
        try restored.manifest.references.sorted { $0.key < $1.key }.compactMap { reference, new in
            let found = try git.run(["rev-parse", "--verify", "--quiet", reference])
            let line = String(decoding: found.output, as: UTF8.self).split(separator: "\n").first
            let old = found.status == 0 ? line.map(String.init) : nil
            guard old != new else { return nil }
            if reference.hasPrefix("refs/notes/"), let old,
                try git.run(["merge-base", "--is-ancestor", new, old]).status == 0
            {
                return nil
            }
            return Move(reference: reference, old: old, new: new)
        }
    }

    private func apply(_ move: Move) throws {
        let isCheckedOut =
            try repository.workTree != nil && repository.head.branchName.map { "refs/heads/\($0)" } == move.reference
        if isCheckedOut, move.old == nil {
            // A branch without commits has nothing to be reset from. It refuses to overwrite as below.
            try git.output(["read-tree", "-m", "-u", move.new])
            try git.output(["update-ref", "-m", "wfrepo backup restore", move.reference, move.new])
        } else if isCheckedOut {
            // It moves the branch and the files, and refuses to overwrite one that git does not know.
            try git.output(["reset", "--quiet", "--keep", move.new])
        } else {
            try git.output(
                ["update-ref", "-m", "wfrepo backup restore", move.reference, move.new]
                    + (move.old.map { [$0] } ?? []))
        }
    }

    // MARK: Files

    private func missingFiles() -> [String] {
        var found: [String] = []
        let own = repository.commonDirectory + "wfrepo/"
        if access("\(restored.parts)/state.sqlite", F_OK) == 0, !isSound(own + "state.sqlite") {
            found.append("state.sqlite")
        }
        if access("\(restored.parts)/secrets/store.json", F_OK) == 0, access(own + "secrets/store.json", F_OK) != 0 {
            found += ["secrets/store.json", "secrets/store.json.sha256"]
        }
        return found
    }

    private func isSound(_ journal: String) -> Bool {
        guard access(journal, F_OK) == 0, let store = try? StateStore(readingAt: journal) else { return false }
        return (try? store.integrityFaults())?.isEmpty == true
    }

    private func bringBack(_ name: String) throws {
        guard let bytes = try DurableFile.read("\(restored.parts)/\(name)") else { return }
        let target = repository.commonDirectory + "wfrepo/\(name)"
        try DurableFile.makeFolders(DurableFile.folder(of: target), mode: 0o700)
        for suffix in ["", "-wal", "-shm"] where access(target + suffix, F_OK) == 0 {
            guard rename(target + suffix, "\(target)\(suffix).damaged") == 0 else {
                throw CommandFailure("cannot put \(target)\(suffix) aside: \(String(cString: strerror(errno)))")
            }
        }
        try DurableFile.write(bytes, to: target, mode: 0o600)
    }
}
