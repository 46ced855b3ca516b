internal import Glibc

/// Whole files, read and written durably with plain system calls.
enum SystemFile {
    /// The bytes of a file and its state; `nil` where there is none.
    static func read(_ path: String) throws(GitError) -> (bytes: [UInt8], status: stat)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw GitError.system(errno, "read file", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw GitError.system(errno, "read file", path) }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count, let base = buffer.baseAddress {
                let got = Glibc.read(descriptor, base + count, buffer.count - count)
                if got < 0, errno == EINTR { continue }
                if got <= 0 {
                    failure = got < 0 ? errno : 0
                    break
                }
                count += got
            }
        }
        guard failure == 0 else { throw GitError.system(failure, "read file", path) }
        return (bytes, status)
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

    /// Makes a rename or a removal in a folder last.
    static func syncFolder(of path: String) throws(GitError) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = end == path.startIndex ? (path.hasPrefix("/") ? "/" : ".") : String(path[..<end])
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw GitError.system(errno, "sync folder", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw GitError.system(errno, "sync folder", folder) }
    }
}

extension SystemFile {
    /// The target of a symbolic link.
    static func linkTarget(_ path: String) throws(GitError) -> [UInt8] {
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
