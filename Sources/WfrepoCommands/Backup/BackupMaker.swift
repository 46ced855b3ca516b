import Crypto
import DocumentTree
import GitStore
import Glibc
import WorkflowEngine
import WorkflowSecrets

/// Makes backups of a repository while runs go on.
///
/// The journal is copied before git's objects: a run that ends in between is in the backup as under way and as recorded,
/// which does no harm, and never as neither.
struct BackupMaker {
    let context: CommandContext
    let repository: Repository

    /// Makes a backup in a file.
    ///
    /// - Parameter passphrase: Seals it.
    func make(at path: String, id: String, passphrase: [UInt8]?) throws -> BackupManifest {
        let scratch = "\(DurableFile.folder(of: path))/.making-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try DurableFile.makeFolders(scratch, mode: 0o700)
        // What can't be removed is only in the way.
        defer { try? SystemFile.removeAll(scratch) }
        let names = try gather(in: scratch)
        let parts = try names.map { try part($0, in: scratch) }
        let manifest = BackupManifest(
            id: id, created: RFC3339.text(seconds: context.now.seconds),
            repository: repository.workTree ?? repository.gitDirectory, branch: try repository.head.branchName,
            references: names.contains("repository.bundle") ? try references(of: "\(scratch)/repository.bundle") : [:],
            parts: parts)
        var writer = try BackupFileWriter(path, passphrase: passphrase)
        do {
            try writer.write(Array(BackupManifest.header.utf8) + Array(manifest.line().utf8))
            for part in parts { try copy("\(scratch)/\(part.name)") { try writer.write($0) } }
            try writer.finish()
        } catch {
            writer.abandon()
            throw error
        }
        return manifest
    }

    private var git: GitProgram { GitProgram(repository, environment: context.environment) }

    /// Collects the parts in a folder; returns their names.
    private func gather(in folder: String) throws -> [String] {
        var names: [String] = []
        let own = repository.commonDirectory + "wfrepo"
        if access("\(own)/state.sqlite", F_OK) == 0 {
            try StateStore(path: "\(own)/state.sqlite").snapshot(to: "\(folder)/state.sqlite")
            names.append("state.sqlite")
        }
        if try !repository.references(matching: "refs/*").isEmpty {
            try git.output(["bundle", "create", "--quiet", "\(folder)/repository.bundle", "--all"])
            names.append("repository.bundle")
        }
        let secrets = context.secretsFolder(of: repository)
        if access("\(secrets)/store.json", F_OK) == 0 {
            try DurableFile.makeFolders("\(folder)/secrets", mode: 0o700)
            // Under the store's lock, so that store and sum belong together.
            try FileLock.holding("\(secrets)/lock") {
                for name in ["store.json", "store.json.sha256"] {
                    guard let bytes = try DurableFile.read("\(secrets)/\(name)") else { continue }
                    try DurableFile.write(bytes, to: "\(folder)/secrets/\(name)", mode: 0o600)
                    names.append("secrets/\(name)")
                }
            }
        }
        if let bytes = try DurableFile.read(repository.commonDirectory + "config") {
            try DurableFile.write(bytes, to: "\(folder)/config", mode: 0o600)
            names.append("config")
        }
        return names
    }

    /// The references that a bundle holds.
    private func references(of bundle: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for line in try git.output(["bundle", "list-heads", bundle]).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            if words.count == 2, words[1].hasPrefix("refs/") { found[words[1]] = words[0] }
        }
        return found
    }

    private func part(_ name: String, in folder: String) throws -> BackupManifest.Part {
        var (size, hash) = (0, SHA256())
        try copy("\(folder)/\(name)") { piece in
            size += piece.count
            hash.update(data: piece)
        }
        return BackupManifest.Part(name: name, size: size, sha256: hash.finalize().hexadecimal)
    }

    private func copy(_ path: String, _ take: ([UInt8]) throws -> Void) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        while true {
            let piece = try SystemFile.readAll(descriptor, path: path, expecting: (1 << 20) - 1, limit: 1 << 20)
            if piece.isEmpty { return }
            try take(piece)
        }
    }
}
