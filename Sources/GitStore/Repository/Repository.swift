internal import CLibgit2

/// A git repository on disk.
///
/// It is not `Sendable`: libgit2's handles are for one thread at a time. Use it from one thread or one isolation domain, and
/// from asynchronous code through a ``RepositoryDoor``. Other processes, plain git among them, may work on the same
/// repository at any time: nothing is assumed to stay as it was between two calls.
///
/// Calls block while they read and write files. What has been written is on disk (fsynced) when a call returns.
public final class Repository {
    let handle: OpaquePointer
    let objects: OpaquePointer
    /// The index file that the caller chose (`GIT_INDEX_FILE`), if any.
    let chosenIndexFile: String?
    /// The folder of objects that the caller chose (`GIT_OBJECT_DIRECTORY`), if any; ends in `/`.
    let chosenObjectDirectory: String?
    /// The index as it was read last, and the state of the file then.
    var cachedIndex: (state: FileState, index: IndexFile)?
    /// Objects written within ``withObjectBatch(packAbove:_:)`` and not on disk yet.
    var pending: PendingObjects?
    /// The trees that the last batch wrote: what follows a save asks for them several times.
    var writtenTrees: [ObjectID: GitObject] = [:]
    /// What the settings said of it when it was first asked for.
    var knownSharedAccess: SharedAccess?
    /// The user's variables for fetching what a remote has promised; nil where nothing is to be fetched.
    var promiseEnvironment: [String: String]?

    /// Takes ownership of libgit2's handle.
    init(
        owning handle: OpaquePointer, indexFile: String? = nil, objectDirectory: String? = nil
    ) throws(GitError) {
        var objects: OpaquePointer?
        let status = git_repository_odb(&objects, handle)
        guard let objects else {
            let error = GitError.last(status, "open object database", nil)
            git_repository_free(handle)
            throw error
        }
        self.handle = handle
        self.objects = objects
        chosenIndexFile = indexFile
        chosenObjectDirectory = objectDirectory.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    }

    deinit {
        git_odb_free(objects)
        git_repository_free(handle)
    }

    /// The git folder: `.git`, the bare repository itself, or `.git/worktrees/NAME`. Ends in `/`.
    public var gitDirectory: String { String(cString: git_repository_path(handle)) }

    /// The git folder that all linked work trees share. Ends in `/`.
    public var commonDirectory: String { String(cString: git_repository_commondir(handle)) }

    /// The top of the work tree, which ends in `/`; `nil` in a bare repository.
    public var workTree: String? { git_repository_workdir(handle).map { String(cString: $0) } }

    /// The index file in use.
    public var indexPath: String { chosenIndexFile ?? gitDirectory + "index" }

    /// Whether there is no work tree.
    public var isBare: Bool { git_repository_is_bare(handle) == 1 }

    /// Whether older history is cut off (`git clone --depth`).
    public var isShallow: Bool { git_repository_is_shallow(handle) == 1 }

    /// Whether this is a work tree that `git worktree add` made.
    public var isLinkedWorktree: Bool { git_repository_is_worktree(handle) == 1 }

    /// What git is in the middle of.
    public var state: RepositoryState { RepositoryState(raw: git_repository_state(handle)) }
}

/// What git is in the middle of, as `git status` says it.
public enum RepositoryState: String, Hashable, Sendable {
    /// Nothing.
    case clean
    /// A merge that waits for its commit.
    case merge
    /// A revert, alone or of a sequence.
    case revert
    /// A cherry-pick, alone or of a sequence.
    case cherryPick
    /// A bisection.
    case bisect
    /// A rebase of any kind.
    case rebase
    /// Patches applied from mail.
    case applyMailbox

    init(raw: Int32) {
        switch UInt32(bitPattern: raw) {
        case GIT_REPOSITORY_STATE_MERGE.rawValue: self = .merge
        case GIT_REPOSITORY_STATE_REVERT.rawValue, GIT_REPOSITORY_STATE_REVERT_SEQUENCE.rawValue: self = .revert
        case GIT_REPOSITORY_STATE_CHERRYPICK.rawValue, GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE.rawValue:
            self = .cherryPick
        case GIT_REPOSITORY_STATE_BISECT.rawValue: self = .bisect
        case GIT_REPOSITORY_STATE_REBASE.rawValue, GIT_REPOSITORY_STATE_REBASE_INTERACTIVE.rawValue,
            GIT_REPOSITORY_STATE_REBASE_MERGE.rawValue:
            self = .rebase
        case GIT_REPOSITORY_STATE_APPLY_MAILBOX.rawValue, GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE.rawValue:
            self = .applyMailbox
        default: self = .clean
        }
    }
}
