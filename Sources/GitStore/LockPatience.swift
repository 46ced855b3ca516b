internal import Glibc

/// How long to wait for git's lock files, which libgit2 itself never does.
///
/// Waits grow and are jittered, so that many writers do not meet again. Nothing is a stale lock by age alone.
struct LockPatience {
    private var waits = 0
    private var remaining: UInt64

    /// git waits 100 ms for one reference; with several durable writers in a queue that is too short.
    init(milliseconds: UInt64 = 2000) {
        remaining = milliseconds * 1_000_000
    }

    /// Runs `body` again while it fails for a lock and patience lasts.
    static func retrying<Result>(_ body: () throws(GitError) -> Result) throws(GitError) -> Result {
        var patience = LockPatience()
        while true {
            do throws(GitError) {
                return try body()
            } catch {
                guard error.code == .locked, patience.wait() else { throw error }
            }
        }
    }

    /// Sleeps a little; `false` when patience has run out.
    private mutating func wait() -> Bool {
        guard remaining > 0 else { return false }
        let ceiling: UInt64 = 1_000_000 << UInt64(min(waits, 5))
        let nanoseconds = min(remaining, UInt64.random(in: 200_000...ceiling))
        waits += 1
        remaining -= nanoseconds
        var time = timespec(tv_sec: 0, tv_nsec: Int(nanoseconds))
        // A signal may cut the sleep short: then the retry only comes sooner.
        nanosleep(&time, nil)
        return true
    }
}
