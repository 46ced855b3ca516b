public import GitStore

/// Who saves, and what the programs that a save runs (hooks, signers) are given. Nothing of it is read from the process.
public struct SaveContext {
    /// Who made the change, and when.
    public var author: Signature
    /// Who makes the commit, and when.
    public var committer: Signature
    /// The environment of hooks and signing programs, `HOME` and `PATH` among it.
    public var environment: [String: String]
    /// The file descriptor to which hooks print; 2 is the error output of this process.
    public var hookOutput: Int32
    /// Whether `pre-commit` and `commit-msg` hooks run (`--no-verify` says no).
    public var runsCheckingHooks: Bool
    /// What is done in place of wfrepo's own `post-commit` hook, which would start a shell and this program once more for
    /// the same; nil runs the hook like any other.
    public var ownPostCommit: (() throws -> Void)?

    /// A context.
    public init(
        author: Signature, committer: Signature, environment: [String: String], hookOutput: Int32 = 2,
        runsCheckingHooks: Bool = true, ownPostCommit: (() throws -> Void)? = nil
    ) {
        self.author = author
        self.committer = committer
        self.environment = environment
        self.hookOutput = hookOutput
        self.runsCheckingHooks = runsCheckingHooks
        self.ownPostCommit = ownPostCommit
    }
}
