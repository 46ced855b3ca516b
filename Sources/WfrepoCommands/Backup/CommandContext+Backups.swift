import GitStore
import WorkflowHistory
import WorkflowLanguage

extension CommandContext {
    /// Makes a backup on the shelf, and takes away those that the settings don't keep.
    ///
    /// - Parameter folder: The shelf's folder; nil means the usual one.
    func makeBackup(
        of repository: Repository, in folder: String? = nil, isSealed: Bool = false
    ) throws -> (id: String, path: String, manifest: BackupManifest) {
        let shelf = try BackupShelf(self, repository, named: folder)
        try DurableFile.makeFolders(shelf.folder, mode: 0o700)
        let id = BackupShelf.newID(self)
        let path = "\(shelf.folder)/\(id)\(BackupShelf.ending)"
        let manifest = try BackupMaker(context: self, repository: repository)
            .make(at: path, id: id, passphrase: isSealed ? passphrase(isNew: true) : nil)
        // Settings with a fault keep everything.
        if let keeping = (try? WorkflowRepository(repository).settings())?.backups { _ = try shelf.prune(keeping) }
        return (id, path, manifest)
    }

    /// Keeps what is there before a command takes some of it away.
    func backUp(_ repository: Repository, before deed: String, in folder: String? = nil) throws {
        let (id, _, _) = try makeBackup(of: repository, in: folder)
        errors.note("before \(deed), everything was kept as backup \(id)")
    }
}
