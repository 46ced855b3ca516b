internal import GitStore
internal import Glibc

/// Moves references on behalf of a synchronisation, which first writes into its own lock which one it moves where: so the lock of
/// git's that a killed one leaves is known for its, and stops nobody for good.
struct DeclaredMoves {
    let repository: Repository
    /// The synchronisation's own lock.
    let lock: FileLock

    /// Removes what a synchronisation that was killed has left: it had our lock, and nobody else writes these.
    ///
    /// - Parameter incoming: the references that only synchronisations write.
    func clearLeftovers(_ incoming: String) throws {
        if let intent = RecorderLock.Intent(text: String(decoding: try lock.content(), as: UTF8.self)) {
            try StaleReferenceLock(repository, reference: intent.reference).removeIfLeft(by: intent)
        }
        try lock.clear()
        try repository.removeStalePackedReferencesLock()
        try removeLocks(below: repository.commonDirectory + incoming)
    }

    /// Points a reference at an object; see ``Repository/updateReference(_:to:expecting:message:)``.
    func update(
        _ reference: String, to id: ObjectID, expecting expected: Expected = .any, message: String
    ) throws {
        try lock.setContent(Array(RecorderLock.Intent(reference: reference, tip: id.description).text.utf8))
        try repository.updateReference(reference, to: id, expecting: expected, message: message)
        try lock.clear()
    }

    private func removeLocks(below folder: String) throws {
        for name in try FolderNames.all(in: folder) {
            let path = folder + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try removeLocks(below: path + "/")
            } else if name.hasSuffix(".lock"), unlink(path) != 0, errno != ENOENT {
                throw RecordsError.system("remove stale lock", path)
            }
        }
    }
}
