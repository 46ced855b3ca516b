internal import Glibc

/// A file with a name of its own in `/tmp`, for its owner alone, which is removed with this value: for programs that read
/// only files.
final class TemporaryFile {
    let path: String

    init(holding bytes: [UInt8]) throws(GitError) {
        var template = Array("/tmp/wfrepo-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw GitError.system(errno, "make file", "/tmp") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        defer { close(descriptor) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try SystemFile.write(bytes, to: descriptor, path: path)
    }

    deinit { unlink(path) }
}
