internal import CLinux
internal import Glibc

/// A file of the object database under its temporary name, on its way to the disk.
struct StagedFile {
    let path: String
    private let descriptor: Int32

    /// Writes the bytes to a new file whose name begins with `prefix`. It is on disk after ``sync(_:_:)``.
    ///
    /// - Parameters:
    ///   - access: what others get of it.
    ///   - operation: what an error is said of.
    init(_ prefix: String, _ bytes: [UInt8], _ access: SharedAccess, _ operation: String) throws(GitError) {
        path = "\(prefix)wfrepo_\(getpid())_\(UInt64.random(in: 0 ... .max))"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw GitError.system(errno, operation, path) }
        do throws(GitError) {
            try access.apply(to: descriptor, path)
            try SystemFile.write(bytes, to: descriptor, path: path)
        } catch {
            discard()
            throw error
        }
        // Where that is not supported, `fsync` does all of it.
        _ = clinux_start_writing(descriptor)
    }

    /// Waits until the bytes of all of these files are on disk.
    ///
    /// - Parameter files: each with what an error is said of.
    static func sync(_ files: [(file: StagedFile, object: String)], _ operation: String) throws(GitError) {
        try JointSync.wait(for: files.map { ($0.file.descriptor, $0.object) }) { (code, object) throws(GitError) in
            throw GitError.system(code, operation, object)
        }
    }

    /// Closes the file, and removes the temporary name where it is still there.
    func discard() {
        close(descriptor)
        unlink(path)
    }
}
