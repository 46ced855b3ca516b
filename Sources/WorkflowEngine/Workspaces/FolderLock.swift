internal import Glibc

/// An exclusive lock on a file (flock(2)), which ends with its holder, also when that is killed.
final class FolderLock {
    private let descriptor: FileDescriptor

    /// Takes the lock; nil where another process has it.
    init?(_ path: String) throws(EngineError) {
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        descriptor = try FileDescriptor(owning: number < 0 ? -errno : number, "lock the file", object: path)
        while flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            guard errno == EINTR else { throw EngineError(systemError: errno, "lock the file", object: path) }
        }
    }
}
