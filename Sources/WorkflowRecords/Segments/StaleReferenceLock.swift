internal import GitStore
internal import Glibc

/// git's lock file of a reference, left behind by a recorder that died while it moved the reference. It would stop git
/// and us for good.
///
/// It is removed only where it is provably the dead recorder's: that one's intent names the reference, we hold its lock
/// now, and the file holds the very commit that the intent names. A file that is still empty may also be of a git that
/// started a moment ago; so it must stay as it is for a second, hundreds of times what git takes.
struct StaleReferenceLock {
    /// git's lock file.
    let path: String

    init(_ repository: Repository, reference: String) {
        path = repository.commonDirectory + reference + ".lock"
    }

    /// - Returns: whether it was there and was removed.
    @discardableResult
    func removeIfLeft(by intent: RecorderLock.Intent) throws -> Bool {
        guard let found = try DurableFile.read(path), Array("\(intent.tip)\n".utf8).starts(with: found) else {
            return false
        }
        if found.count < intent.tip.utf8.count {
            guard let before = identity else { return false }
            for _ in 0..<20 {
                usleep(50_000)
                guard identity == before else { return false }
            }
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw RecordsError.system("remove stale lock", path) }
        return true
    }

    /// What tells this file from any other that was or will be at its path.
    private var identity: [Int]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return [
            Int(bitPattern: UInt(status.st_ino)), status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
