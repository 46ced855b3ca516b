internal import GitStore
internal import Glibc

/// Whole small files.
enum FileBytes {
    /// The bytes of the file at `path`, at most `limit` of them; nil where it cannot be read.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        // O_NONBLOCK: to open a FIFO must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return try? SystemFile.readAll(descriptor, path: path, limit: limit)
    }

    /// The names in a folder, but `.` and `..`, in no order; empty where it cannot be read.
    static func names(in folder: String) -> [String] { (try? FolderNames.unsorted(in: folder)) ?? [] }

    /// Writes all of `bytes` to a descriptor.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, path: String) throws(EngineError) {
        do {
            try SystemFile.write(bytes, to: descriptor, path: path)
        } catch {
            throw EngineError(error, object: path)
        }
    }

    /// Makes a folder and those above it, where they are missing.
    static func makeFolder(_ path: String) throws(EngineError) {
        guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard errno == ENOENT, !parent.isEmpty, parent != path else {
            throw EngineError(systemError: errno, "make the folder", object: path)
        }
        try makeFolder(parent)
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw EngineError(systemError: errno, "make the folder", object: path)
        }
    }

    /// Removes a file, or a folder with all that is in it, without following links; what is not there is no error.
    static func removeAll(_ path: String) throws(EngineError) {
        do {
            try SystemFile.removeAll(path)
        } catch {
            throw EngineError(error, object: path)
        }
    }
}

extension EngineError {
    /// What a file said.
    fileprivate init(_ error: GitError, object: String) {
        self.init(.system, "cannot \(error.operation): \(error.message)", object: object, hint: error.hint)
    }
}
