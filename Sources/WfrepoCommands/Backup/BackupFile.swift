import Crypto
import DocumentTree
import GitStore
import Glibc
import WorkflowSecrets

/// Writes the file of a backup: header, manifest, parts; sealed under a passphrase where there is one. It appears whole or
/// not at all.
struct BackupFileWriter {
    let path: String
    private let temporary: String
    private let descriptor: Int32
    private var sealer: StreamSealer?

    init(_ path: String, passphrase: [UInt8]?) throws {
        self.path = path
        temporary = "\(path).\(getpid()).tmp"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        if let passphrase {
            let sealer = try StreamSealer(passphrase: passphrase)
            try SystemFile.write(sealer.head, to: descriptor, path: path)
            self.sealer = sealer
        }
    }

    mutating func write(_ bytes: [UInt8]) throws {
        let output = try sealer?.seal(bytes) ?? bytes
        try SystemFile.write(output, to: descriptor, path: path)
    }

    mutating func finish() throws {
        if let last = try sealer?.finish() { try SystemFile.write(last, to: descriptor, path: path) }
        guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, path) == 0 else {
            throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        try DurableFile.syncFolder(of: path)
    }

    /// Takes away what was begun.
    func abandon() {
        close(descriptor)
        unlink(temporary)
    }
}

/// Reads the file of a backup.
final class BackupFileReader {
    let path: String
    let isSealed: Bool
    let manifest: BackupManifest
    private let source: Source
    private static let longestManifest = 64 << 20

    /// Opens a backup and reads its manifest.
    init(_ path: String, passphrase: () throws -> [UInt8]) throws {
        self.path = path
        source = try Source(path)
        let beginning = try source.read(BackupManifest.header.utf8.count)
        isSealed = StreamOpener.isSealed(beginning)
        if isSealed {
            source.unread(beginning)
            let raw = source.takeRaw()
            source.opener = try StreamOpener(path, passphrase: passphrase) { try raw.read($0) }
        } else {
            source.unread(beginning)
        }
        guard try source.read(BackupManifest.header.utf8.count).elementsEqual(BackupManifest.header.utf8) else {
            throw CommandFailure("\(path): is no backup of wfrepo, or its beginning is damaged")
        }
        manifest = try BackupManifest(try source.line(limit: Self.longestManifest), path: path)
    }

    /// Writes all parts below a folder, and checks each against its sum.
    func extract(to folder: String) throws {
        try DurableFile.makeFolders(folder, mode: 0o700)
        for part in manifest.parts {
            let target = "\(folder)/\(part.name)"
            try DurableFile.makeFolders(DurableFile.folder(of: target), mode: 0o700)
            let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw CommandFailure("cannot write \(target): \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            var (left, hash) = (part.size, SHA256())
            while left > 0 {
                let piece = try source.read(min(left, 1 << 20))
                guard !piece.isEmpty else { throw CommandFailure("\(path): ends too early, within \(part.name)") }
                hash.update(data: piece)
                try SystemFile.write(piece, to: descriptor, path: target)
                left -= piece.count
            }
            guard hash.finalize().hexadecimal == part.sha256 else {
                throw CommandFailure("\(path): \(part.name) is not what it was when the backup was made")
            }
        }
        guard try source.read(1).isEmpty else { throw CommandFailure("\(path): has something behind its end") }
    }
}

/// Bytes of a file, opened where it is sealed, in the amounts that are asked for.
private final class Source {
    var opener: StreamOpener?
    private let file: RawFile
    private var buffer: [UInt8] = []
    private var position = 0

    init(_ path: String) throws { file = try RawFile(path) }

    /// The file below, with what was read from it and given back.
    func takeRaw() -> RawFile {
        file.given = Array(buffer[position...])
        (buffer, position) = ([], 0)
        return file
    }

    func unread(_ bytes: [UInt8]) {
        buffer = bytes + buffer[position...]
        position = 0
    }

    /// That many bytes; fewer at the end only.
    func read(_ count: Int) throws -> [UInt8] {
        while buffer.count - position < count {
            let next = try opener == nil ? file.read(1 << 20) : opener?.next() ?? []
            if next.isEmpty { break }
            buffer = Array(buffer[position...]) + next
            position = 0
        }
        let taken = Array(buffer[position..<min(buffer.count, position + count)])
        position += taken.count
        return taken
    }

    func line(limit: Int) throws -> [UInt8] {
        var line: [UInt8] = []
        while line.count < limit {
            let piece = try read(4096)
            guard let end = piece.firstIndex(of: 0x0A) else {
                if piece.isEmpty { break }
                line += piece
                continue
            }
            unread(Array(piece[(end + 1)...]))
            return line + piece[..<end]
        }
        return line
    }
}

/// A file that is read in order.
private final class RawFile {
    let path: String
    private let descriptor: Int32
    var given: [UInt8] = []

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))", hint: "wfrepo backup list")
        }
    }

    deinit { close(descriptor) }

    func read(_ count: Int) throws -> [UInt8] {
        guard given.isEmpty else {
            let taken = Array(given.prefix(count))
            given.removeFirst(taken.count)
            return taken.count == count ? taken : taken + (try read(count - taken.count))
        }
        return try SystemFile.readAll(descriptor, path: path, expecting: count - 1, limit: count)
    }
}
