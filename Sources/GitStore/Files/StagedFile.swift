internal import CLinux
internal import Glibc

/// A file of the object database under its temporary name, on its way to the disk.
final class StagedFile {
    let path: String
    private let descriptor: Int32
    private let operation: String

    /// Writes the bytes to a new file whose name begins with `prefix`. It is on disk once its ``unsynced(_:)`` was waited for.
    ///
    /// - Parameters:
    ///   - access: what others get of it.
    ///   - operation: what an error is said of.
    init(_ prefix: String, _ bytes: [UInt8], _ access: SharedAccess, _ operation: String) throws(GitError) {
        self.operation = operation
        path = "\(prefix)wfrepo_\(getpid())_\(UInt64.random(in: 0 ... .max))"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw GitError.system(errno, operation, path) }
        try access.apply(to: descriptor, path)
        try SystemFile.write(bytes, to: descriptor, path: path)
        // Where that is not supported, `fsync` does all of it.
        _ = clinux_start_writing(descriptor)
    }

    /// The temporary name goes where it is still there.
    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(path)
    }

    /// Its bytes, to be waited for; an error is said of `object`.
    func unsynced(_ object: String) -> UnsyncedFile { UnsyncedFile(descriptor, operation, object, openIn: self) }
}
