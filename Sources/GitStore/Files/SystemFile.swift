internal import Glibc

/// Whole files, with plain system calls.
public enum SystemFile {
    /// The bytes of a file and its state; `nil` where there is none.
    static func read(_ path: String) throws(GitError) -> (bytes: [UInt8], status: stat)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw GitError.system(errno, "read file", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw GitError.system(errno, "read file", path) }
        return (try readAll(descriptor, path: path, expecting: Int(status.st_size)), status)
    }

    /// Reads an open file to its end.
    ///
    /// - Parameters:
    ///   - size: how many bytes are probably there.
    ///   - limit: how many bytes are read at most.
    public static func readAll(
        _ descriptor: Int32, path: String, expecting size: Int = 0, limit: Int = .max
    ) throws(GitError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            // One byte more than expected, so that the end shows in the same go.
            let wanted = min(max(size - bytes.count + 1, bytes.count, 4096), limit - bytes.count)
            let next = try readOnce(descriptor, path, wanted)
            if next.isEmpty { break }
            if bytes.isEmpty { bytes = next } else { bytes += next }
        }
        return bytes
    }

    private static func readOnce(_ descriptor: Int32, _ path: String, _ wanted: Int) throws(GitError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            var got = Glibc.read(descriptor, buffer.baseAddress, wanted)
            while got < 0, errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, wanted) }
            failure = got < 0 ? errno : 0
            count = max(0, got)
        }
        guard failure == 0 else { throw GitError.system(failure, "read file", path) }
        return bytes
    }

    /// Writes all bytes to a descriptor.
    public static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32, path: String) throws(GitError) {
        let written = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(GitError) in
                try write(UnsafeRawBufferPointer(buffer), to: descriptor, path: path)
            }
        }
        guard let written else { return try write(Array(bytes), to: descriptor, path: path) }
        try written.get()
    }

    /// Writes all bytes to a descriptor.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(GitError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw GitError.system(errno, "write file", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}

extension SystemFile {
    /// The target of a symbolic link.
    public static func linkTarget(_ path: String) throws(GitError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
            let got = buffer.withMemoryRebound(to: CChar.self) { target in
                target.baseAddress.map { readlink(path, $0, target.count) } ?? 0
            }
            failure = got < 0 ? errno : 0
            count = max(0, got)
        }
        guard failure == 0 else { throw GitError.system(failure, "read link", path) }
        return bytes
    }
}
