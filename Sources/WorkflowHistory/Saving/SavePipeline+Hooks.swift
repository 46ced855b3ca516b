internal import GitStore
internal import Glibc

// The hooks of git that a save runs, in its order (githooks(5)).
extension SavePipeline {
    /// Runs `pre-commit`. wfrepo's own hook is passed over, since its checks have been made; the one that was there before
    /// it runs.
    ///
    /// - Returns: the tree that the hook left in the index, where it is another one.
    mutating func runPreCommit(_ tree: TreeID) throws -> TreeID? {
        guard git.workTree != nil, let program = try hooks.program(for: "pre-commit", skipsOurs: true) else {
            return nil
        }
        let index = try index(of: tree)
        guard try hooks.run(program, indexFile: index) == 0 else { throw Self.refused("pre-commit") }
        let left = try git.tree(ofIndexFile: index)
        return left == tree ? nil : left
    }

    /// The temporary index of exactly what is to be committed, which hooks see as they do under `git commit --only`.
    private mutating func index(of tree: TreeID) throws -> String {
        if let nextIndex { return nextIndex }
        try git.writeBatch()
        let index = "\(git.gitDirectory)next-index-\(getpid()).wfrepo"
        try git.writeIndexFile(of: tree, to: index)
        nextIndex = index
        return index
    }

    /// Lets hooks and the user work on the message, and cleans it.
    mutating func finishedMessage(_ draft: Draft, _ tree: TreeID) throws -> String {
        let edits = draft.editMessage != nil
        let prepare = try hooks.program(for: "prepare-commit-msg")
        let isChecked = draft.hooks == .commit && context.runsCheckingHooks
        let check = isChecked ? try hooks.program(for: "commit-msg") : nil
        var written = draft.message.isEmpty || draft.message.hasSuffix("\n") ? draft.message : draft.message + "\n"
        if prepare != nil || check != nil || edits {
            let file = git.gitDirectory + "COMMIT_EDITMSG"
            try DurableFile.write(Array(written.utf8), to: file)
            if let prepare { try runMessageHook(prepare, [file, "message"], tree, edits: edits) }
            try draft.editMessage?(file)
            if let check { try runMessageHook(check, [file], tree, edits: edits) }
            written = String(decoding: try DurableFile.read(file) ?? [], as: UTF8.self)
        }
        let configuration = try git.configuration
        let cleanup = MessageCleanup.configured(try configuration.string("commit.cleanup"), isEdited: edits)
        let comment = try configuration.string("core.commentChar")?.first ?? "#"
        let message = cleanup.clean(written, commentCharacter: comment)
        guard !message.allSatisfy(\.isWhitespace) else {
            throw HistoryError(
                .invalidMessage, "save", "the message is empty, so nothing was saved", hint: "give one: -m TEXT")
        }
        guard !message.utf8.contains(0) else {
            throw HistoryError(.invalidMessage, "save", "the message holds a NUL byte, which no commit can")
        }
        return message
    }

    private mutating func runMessageHook(_ program: String, _ arguments: [String], _ tree: TreeID, edits: Bool) throws {
        try git.writeBatch()
        let index = git.workTree == nil ? nil : try index(of: tree)
        guard try hooks.run(program, arguments, indexFile: index, editsMessage: edits) == 0 else {
            throw Self.refused(arguments.count == 1 ? "commit-msg" : "prepare-commit-msg")
        }
    }

    private static func refused(_ hook: String) -> HistoryError {
        HistoryError(
            .hookRefused, hook, "the hook refused, so nothing was saved",
            hint: hook == "prepare-commit-msg" ? nil : "mend what it says; wfrepo commit --no-verify passes it over")
    }

    /// Moves the branch, as git does: the hook `reference-transaction` may refuse that, and is told how it ended
    /// (githooks(5)).
    mutating func moveBranch(_ move: PreparedMove, _ base: Base, _ note: String) throws {
        let hook = try hooks.program(for: "reference-transaction")
        let change = "\(base.tip?.object ?? .zero) \(move.new)"
        let head = base.branch == nil ? "" : "\(change) HEAD\n"
        let input = Array("\(head)\(change) \(base.reference)\n".utf8)
        if let hook {
            guard try hooks.run(hook, ["prepared"], input: input) == 0 else {
                _ = try hooks.run(hook, ["aborted"], input: input)
                throw HistoryError(
                    .hookRefused, "reference-transaction",
                    "the hook refused to move \(base.reference), so nothing was saved")
            }
        }
        do {
            try move.perform(as: context.committer, message: note)
        } catch {
            if let hook { _ = try hooks.run(hook, ["aborted"], input: input) }
            throw error
        }
        // Its answer no longer counts.
        if let hook { _ = try? hooks.run(hook, ["committed"], input: input) }
    }

    mutating func runPostCommit() throws {
        let stands = try context.ownPostCommit.flatMap { try hooks.isOurs("post-commit") ? $0 : nil }
        if let program = try hooks.program(for: "post-commit", skipsOurs: stands != nil) { _ = try hooks.run(program) }
        try stands?()
    }
}
