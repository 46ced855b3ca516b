internal import CLinux
internal import Glibc

/// Waits for the disk once for several files or folders: one after the other, each would wait for a flush of its own.
enum JointSync {
    /// Returns when all are on disk.
    ///
    /// - Parameter files: Descriptors, each with what it is of.
    static func wait<Object>(
        for files: [(descriptor: Int32, object: Object)],
        orElse failure: (_ code: Int32, Object) throws(GitError) -> Void
    ) throws(GitError) {
        var codes = [Int32](repeating: 0, count: files.count)
        clinux_sync_all(files.map(\.descriptor), &codes, Int32(clamping: files.count))
        for (code, file) in zip(codes, files) where code != 0 { try failure(code, file.object) }
    }
}
