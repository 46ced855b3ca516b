internal import GitStore

/// A commit in the making: what it changes on top of what, and what it says.
struct Draft {
    /// How git hooks take part.
    enum HookSet {
        /// As for `git commit`: `pre-commit`, `prepare-commit-msg`, `commit-msg`, `post-commit`.
        case commit
        /// As for `git revert`, which checks nothing again: `prepare-commit-msg`, `post-commit`.
        case revert
    }

    var base: Base
    var changes: [ContentChange]
    var message: String
    var hooks: HookSet = .commit
    /// What is written in the reflog before the subject: `commit`, `revert`.
    var reflogVerb = "commit"
    var editMessage: ((_ path: String) throws -> Void)?
    /// Checks what is about to be committed, again after a hook changed it.
    var check: ([ContentChange]) throws -> Void = { _ in }
    /// What the save does to the work tree; nothing where its files have the content already. It is done before hooks run,
    /// since they look at the files, and undone where the save fails.
    var workTreeUpdate: WorkTreeUpdate?
    /// What the user should know besides, once it is saved.
    var warnings: [String] = []
}
