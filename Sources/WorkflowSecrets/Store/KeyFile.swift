internal import Crypto
internal import FoundationEssentials
internal import GitStore
internal import Glibc

/// A key in a file of its own, outside the repository, which its owner alone may read.
struct KeyFile: Sendable {
    let path: String
    private static let header = "wfrepo-key-1"

    /// Makes a new random key, on disk when this returns.
    /// - Throws: `exists` where there is a file already.
    func make() throws {
        try DurableFile.makeFolders(DurableFile.folder(of: path), mode: 0o700)
        guard access(path, F_OK) != 0 else {
            throw SecretsError(.exists, path, "there is a key already, and it is not replaced")
        }
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        try DurableFile.write(Array("\(Self.header) \(key)\n".utf8), to: path, mode: 0o600)
    }

    /// Takes the key away, for ever.
    func remove() throws {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw SecretsError(.io, path, "cannot be removed: \(String(cString: strerror(errno)))")
        }
        try DurableFile.syncFolder(of: path)
    }

    /// The key.
    /// - Throws: `missingKey`; `insecure` where others may read or write the file; `damaged` where it holds no key.
    func key() throws -> SymmetricKey {
        try checkPermissions()
        guard let bytes = try DurableFile.read(path) else { throw missing }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count == 2, words[0] == Self.header,
            let key = Data(base64Encoded: words[1].filter { $0 != "\n" }), key.count == 32
        else {
            throw SecretsError(
                .damaged, path, "holds no key of wfrepo", hint: "put the copy that you keep in its place")
        }
        return SymmetricKey(data: key)
    }

    /// - Throws: `missingKey` or `insecure`.
    func checkPermissions() throws(SecretsError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw missing }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw SecretsError(
                .insecure, path, "others than you may read or change the key of the secrets",
                hint: "chown \(geteuid()) \(path) && chmod 600 \(path)")
        }
    }

    private var missing: SecretsError {
        SecretsError(
            .missingKey, path, "the key of the secrets is not here",
            hint: "copy it from the machine where the secrets were set, with mode 0600; without it they can't be read")
    }
}
