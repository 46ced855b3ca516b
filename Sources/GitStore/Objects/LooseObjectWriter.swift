internal import CLibgit2
internal import Glibc

/// Puts several loose objects on disk together (gitrepository-layout(5), `objects/ab/cdef…`).
///
/// One by one, an object costs two waits for the disk: for its bytes and for its name. Here all bytes are on their way before
/// the first wait, and all names are given before their folders are synced, both several at a time. As ever, no object has its
/// name before its bytes are durable. All begin in one folder: ext4 keeps the inodes of a folder's new files side by side.
struct LooseObjectWriter {
    /// The folder of objects; ends in `/`.
    let folder: String
    /// What others get of them.
    let access: SharedAccess

    /// An object under its temporary name. `git gc` removes files of such names that a crash left.
    private struct Staged {
        let id: String
        let file: StagedFile
    }

    /// Writes the objects. Whoever finds one of them already in its place leaves it there: it holds the same bytes.
    func write(_ objects: [(id: ObjectID, object: GitObject)], beside company: BatchCompany) throws(GitError) {
        let staged = try objects.map { id, object throws(GitError) in try stage(id, object) }
        try UnsyncedFile.wait(for: staged.map { $0.file.unsynced($0.id) } + company.withBytes)
        var folders: Set<String> = []
        for object in staged { folders.formUnion(try place(object)) }
        let names = try folders.map { folder throws(GitError) in try UnsyncedFile(folder: folder) }
        try UnsyncedFile.wait(for: names + company.withNames())
    }

    private func stage(_ id: ObjectID, _ object: GitObject) throws(GitError) -> Staged {
        let header = Array("\(object.kind.rawValue) \(object.bytes.count)\0".utf8)
        let bytes = try Self.compressed(header + object.bytes, object)
        return Staged(id: id.description, file: try StagedFile(folder + "tmp_obj_", bytes, access, "write object"))
    }

    /// Bytes. A file has at least one block of the disk, which is 4,096 nearly everywhere.
    private static let block = 4_000

    /// What fits into one block of the disk takes it all anyway, and stays as it is. Half of a large tree are hashes, which no
    /// compression makes smaller: for the sake of the rest, each save of a folder of 10,000 files would take 4 ms longer. A pack
    /// holds everything compressed, and of a tree only what differs from the one before.
    private static func compressed(_ bytes: [UInt8], _ object: GitObject) throws(GitError) -> [UInt8] {
        let isLargeTree = object.kind == .tree && object.bytes.count >= 1 << 16
        return bytes.count <= block || isLargeTree ? Zlib.stored(bytes) : try Zlib.deflated(bytes)
    }

    /// Gives an object its name.
    ///
    /// - Returns: the folders whose entries that changed.
    private func place(_ object: Staged) throws(GitError) -> [String] {
        let (id, path) = (object.id, object.file.path)
        let fan = folder + id.prefix(2)
        let name = "\(fan)/\(id.dropFirst(2))"
        return try WritePatience.retrying { () throws(GitError) in
            let isNew = mkdir(fan, 0o777) == 0
            guard isNew || errno == EEXIST else { throw GitError.system(errno, "make folder", fan) }
            if isNew { try access.apply(to: fan) }
            // Some file systems have no hard links.
            guard link(path, name) == 0 || errno == EEXIST || rename(path, name) == 0 else {
                throw GitError.system(errno, "write object", id)
            }
            return isNew ? [fan, folder] : [fan]
        }
    }
}
