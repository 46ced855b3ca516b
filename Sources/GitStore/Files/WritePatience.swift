/// How often a write is tried again that others who work on the repository stood in the way of. libgit2 never does it.
///
/// A lock is waited for: git waits 100 ms for one reference, which is too short with several durable writers in a queue.
/// Nothing is a stale lock by age alone. A folder that `git gc` or `git pack-refs` removed while it was empty, just when a
/// file was to be put there, is made anew by the next try.
struct WritePatience {
    private let deadline = ContinuousClock.now + .seconds(2)
    private var backoff = Backoff()
    private var foldersLeft = 20

    /// Runs `body` again while it fails for one of these reasons and patience lasts.
    static func retrying<Result>(_ body: () throws(GitError) -> Result) throws(GitError) -> Result {
        var patience = WritePatience()
        while true {
            do throws(GitError) {
                return try body()
            } catch {
                guard patience.allows(error) else { throw error }
                patience.backoff.wait()
            }
        }
    }

    private mutating func allows(_ error: GitError) -> Bool {
        if error.isMissingFolder {
            foldersLeft -= 1
            return foldersLeft >= 0
        }
        return error.code == .locked && ContinuousClock.now < deadline
    }
}

extension GitError {
    /// Whether a file could not be written because there is no folder for it. libgit2 gives no code for that, only the
    /// message, which ends in `strerror`.
    var isMissingFolder: Bool { GitError.contains(message, "No such file or directory") }
}
