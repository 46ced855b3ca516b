internal import Glibc

/// A file that appears whole under its name, on disk, or not at all.
final class AtomicFile {
    let path: String
    private let temporary: String
    private(set) var descriptor: Int32
    private var isDone = false

    /// Begins a file. It must not be there yet, unless it `replaces` what is.
    init(_ path: String, replaces: Bool, mode: mode_t = 0o666) throws(StepError) {
        self.path = path
        if !replaces, access(path, F_OK) == 0 { throw Self.exists(path) }
        temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw WorkFolder.failure("write", path) }
    }

    deinit { discard() }

    /// Leaves nothing of a file that is not finished.
    func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        if !isDone { unlink(temporary) }
    }

    static func exists(_ path: String) -> StepError {
        StepError("exists", "\(path) is there already; 'overwrite: true' replaces it")
    }

    func write(_ bytes: some Collection<UInt8>) throws(StepError) {
        let status = bytes.withContiguousStorageIfAvailable { Self.write(UnsafeRawBufferPointer($0), to: descriptor) }
        guard let status else { return try write(Array(bytes)) }
        guard status else { throw WorkFolder.failure("write", path) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// The number of bytes written so far.
    var size: Int { max(0, Int(lseek(descriptor, 0, SEEK_END))) }

    /// Puts the file in its place, durably.
    func finish(mode: mode_t? = nil) throws(StepError) {
        if let mode, fchmod(descriptor, mode) != 0 { throw WorkFolder.failure("write", path) }
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw WorkFolder.failure("write", path) }
        isDone = true
        try Self.syncFolder(of: path)
    }

    /// Makes a rename, a creation or a removal last.
    static func syncFolder(of path: String) throws(StepError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw WorkFolder.failure("sync", folder) }
        defer { close(handle) }
        guard fsync(handle) == 0 || errno == EINVAL else { throw WorkFolder.failure("sync", folder) }
    }
}

/// A file that is read piece by piece.
final class FileReader {
    let path: String
    private let descriptor: Int32
    /// The size in bytes when it was opened.
    let size: Int
    let mode: mode_t

    /// Opens a plain file.
    init(_ path: String) throws(StepError) {
        self.path = path
        // A pipe must not keep the step waiting.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw WorkFolder.failure("read", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw WorkFolder.failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StepError("file", "\(path) is no plain file") }
        size = Int(status.st_size)
        mode = status.st_mode & 0o777
    }

    deinit { close(descriptor) }

    /// The next piece; empty at the end.
    func next(_ wanted: Int = 1 << 20) throws(StepError) -> [UInt8] {
        var failed = false
        let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            var got = Glibc.read(descriptor, buffer.baseAddress, wanted)
            while got < 0, errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, wanted) }
            failed = got < 0
            count = max(0, got)
        }
        if failed { throw WorkFolder.failure("read", path) }
        return piece
    }

    /// The whole file.
    /// - Throws: where it is larger than `limit` bytes.
    static func all(_ path: String, limit: Int) throws(StepError) -> [UInt8] {
        let reader = try FileReader(path)
        var bytes: [UInt8] = []
        while true {
            let piece = try reader.next()
            if piece.isEmpty { return bytes }
            bytes += piece
            guard bytes.count <= limit else { throw StepError("too-large", "\(path) is larger than \(limit) bytes") }
        }
    }
}
