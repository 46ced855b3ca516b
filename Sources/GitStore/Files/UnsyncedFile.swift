internal import CLinux
internal import Glibc

/// A file that was written, or a folder whose names were changed, and that is not on disk yet.
///
/// Several are waited for together (``wait(for:)``): one after the other, each would wait for a flush of its own.
public final class UnsyncedFile {
    private let descriptor: Int32
    private let operation: String
    private let object: String
    private let isFolder: Bool
    /// Closes the descriptor in its own time; nil where this does.
    private let owner: AnyObject?

    /// A file that somebody else has open.
    ///
    /// - Parameters:
    ///   - operation: what an error is said of.
    ///   - object: what it is said of it.
    ///   - owner: keeps the descriptor open as long as it lives.
    public init(_ descriptor: Int32, _ operation: String, _ object: String, openIn owner: AnyObject) {
        self.descriptor = descriptor
        self.operation = operation
        self.object = object
        self.owner = owner
        isFolder = false
    }

    /// The names in a folder.
    public init(folder: String) throws(GitError) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        operation = "sync folder"
        object = folder
        owner = nil
        isFolder = true
        guard descriptor >= 0 else { throw GitError.system(errno, operation, object) }
    }

    deinit { if owner == nil, descriptor >= 0 { close(descriptor) } }

    /// Waits until all of them are on disk.
    ///
    /// - Throws: `GitError` of the first that could not be put there, when all have been tried.
    public static func wait(for files: [UnsyncedFile]) throws(GitError) {
        var codes = [Int32](repeating: 0, count: files.count)
        clinux_sync_all(files.map(\.descriptor), &codes, Int32(clamping: files.count))
        for (code, file) in zip(codes, files) where code != 0 {
            // Some file systems can't fsync a folder.
            if file.isFolder, code == EINVAL { continue }
            throw GitError.system(code, file.operation, file.object)
        }
    }
}
