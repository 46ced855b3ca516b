internal import CLinux
internal import Glibc

/// A lock on a file of its own (flock(2)), exclusive unless it is said to be shared. It ends with this value, or with the
/// process, however that ends.
///
/// The file is made where it is missing and is never removed; it may hold what its holder wants to be known of. In a folder that
/// others of its group may write to, they may take the lock, too.
public final class FileLock: Sendable {
    /// The lock's file.
    public let path: String
    private let descriptor: Int32

    /// Takes the lock; nil where somebody else holds it for longer than `patience`.
    ///
    /// Of several who wait only the first looks again and again, and often, because the system can't wait for a lock for a while
    /// only; the others wait for their turn in the kernel.
    public init?(_ path: String, patience: Duration = .zero) throws(GitError) {
        self.path = path
        descriptor = try FileLock.open(path)
        if try isTaken() { return }
        guard patience > .zero else { return nil }
        clinux_queue(descriptor)
        defer { clinux_leave_queue(descriptor) }
        let deadline = ContinuousClock.now + patience
        while try !isTaken() {
            guard ContinuousClock.now < deadline else { return nil }
            usleep(Self.pause)
        }
    }

    /// Microseconds between two looks of the first who waits.
    private static let pause: UInt32 = 100

    /// Takes the lock where nobody holds it.
    private func isTaken() throws(GitError) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            default: throw GitError.system(errno, "lock file", path)
            }
        }
        return true
    }

    /// Takes the lock, however long others hold it.
    public convenience init(waitingFor path: String) throws(GitError) { try self.init(path, LOCK_EX) }

    /// Takes the lock beside others who share it, however long somebody holds it alone.
    public convenience init(sharing path: String) throws(GitError) { try self.init(path, LOCK_SH) }

    private init(_ path: String, _ kind: Int32) throws(GitError) {
        self.path = path
        descriptor = try FileLock.open(path)
        while flock(descriptor, kind) != 0 {
            guard errno == EINTR else { throw GitError.system(errno, "lock file", path) }
        }
    }

    deinit {
        // A process that is just being started has a copy of the descriptor until its `exec`, and would keep the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Waits for the lock and holds it while `body` runs.
    public static func holding<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        let lock = try FileLock(waitingFor: path)
        return try withExtendedLifetime(lock, body)
    }

    private static func open(_ path: String) throws(GitError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw GitError.system(errno, "lock file", path) }
        do throws(GitError) {
            try SharedAccess.asFolder(of: path).apply(to: descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// What the file holds, from this holder or the one before.
    public func content() throws(GitError) -> [UInt8] {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw GitError.system(errno, "read lock file", path) }
        return try SystemFile.readAll(descriptor, path: path)
    }

    /// Writes the file anew, durably. A crash meanwhile may leave it empty or torn.
    public func setContent(_ bytes: [UInt8]) throws(GitError) {
        try clear()
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw GitError.system(errno, "write lock file", path) }
        try SystemFile.write(bytes, to: descriptor, path: path)
        guard fdatasync(descriptor) == 0 else { throw GitError.system(errno, "write lock file", path) }
    }

    /// Writes the file anew over what it held, to be waited for where it has to last. Whoever reads it without the lock finds it never
    /// empty, and where it keeps its length, a power failure leaves what it held or what it holds.
    @discardableResult
    public func overwrite(_ bytes: [UInt8]) throws(GitError) -> UnsyncedFile {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw GitError.system(errno, "write lock file", path) }
        try SystemFile.write(bytes, to: descriptor, path: path)
        guard ftruncate(descriptor, off_t(bytes.count)) == 0 else {
            throw GitError.system(errno, "write lock file", path)
        }
        return UnsyncedFile(descriptor, "write lock file", path, openIn: self)
    }

    /// Empties the file; after a power failure it may hold what it held.
    public func clear() throws(GitError) {
        guard ftruncate(descriptor, 0) == 0 else { throw GitError.system(errno, "write lock file", path) }
    }
}
