internal import GitStore
internal import Glibc

/// Whole small files.
enum FileBytes {
    /// The bytes of the file at `path`, at most `limit` of them; nil where it cannot be read.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let wanted = min(max(4096, bytes.count), limit - bytes.count)
            var failed = false
            let before = bytes.count
            bytes.append(
                contentsOf: [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                    let got = Glibc.read(descriptor, buffer.baseAddress, wanted)
                    failed = got < 0
                    count = max(0, got)
                })
            if failed { return nil }
            if bytes.count == before { break }
        }
        return bytes
    }

    /// The names in a folder, but `.` and `..`, in no order; empty where it cannot be read.
    static func names(in folder: String) -> [String] { (try? FolderNames.unsorted(in: folder)) ?? [] }

    /// Writes all of `bytes` to a descriptor.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, path: String) throws(EngineError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else {
                throw EngineError(systemError: errno, "write the file", object: path)
            }
            rest = rest.dropFirst(max(0, written))
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
}
