internal import CLibgit2
internal import CLinux
internal import Glibc

/// Puts several loose objects on disk together (gitrepository-layout(5), `objects/ab/cdef…`).
///
/// One by one, an object costs two waits for the disk: for its bytes and for its name. Here all bytes are on their way before
/// the first wait, and all names are given before their folders are synced, so that a journaling file system writes both at
/// once. As ever, no object has its name before its bytes are durable.
struct LooseObjectWriter {
    /// The folder of objects; ends in `/`.
    let folder: String

    /// An object under its temporary name. `git gc` removes files of such names that a crash left.
    private struct Staged {
        let id: String
        let path: String
        let descriptor: Int32
    }

    /// Writes the objects. Whoever finds one of them already in its place leaves it there: it holds the same bytes.
    func write(_ objects: [(id: ObjectID, object: GitObject)]) throws(GitError) {
        var staged: [Staged] = []
        defer {
            for file in staged {
                close(file.descriptor)
                unlink(file.path)
            }
        }
        for (id, object) in objects { try staged.append(stage(id, object)) }
        for file in staged {
            guard fsync(file.descriptor) == 0 else { throw GitError.system(errno, "write object", file.id) }
        }
        var folders: Set<String> = []
        for file in staged { folders.formUnion(try place(file)) }
        for folder in folders { try DurableFile.syncFolder(of: folder + "/.") }
    }

    private func stage(_ id: ObjectID, _ object: GitObject) throws(GitError) -> Staged {
        let path = "\(folder)tmp_obj_wfrepo_\(getpid())_\(UInt64.random(in: 0 ... .max))"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw GitError.system(errno, "write object", path) }
        do throws(GitError) {
            let header = Array("\(object.kind.rawValue) \(object.bytes.count)\0".utf8)
            let level = Self.level(for: object)
            try SystemFile.write(Zlib.deflated(header + object.bytes, level: level), to: descriptor, path: path)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        // Where that is not supported, `fsync` does all of it.
        _ = clinux_start_writing(descriptor)
        return Staged(id: id.description, path: path, descriptor: descriptor)
    }

    /// Half of a large tree are hashes, which no compression makes smaller: for the sake of the rest, each save of a
    /// folder of 10,000 files would take 4 ms longer. A pack holds only what differs from the tree before.
    private static func level(for object: GitObject) -> Int32 {
        object.kind == .tree && object.bytes.count >= 1 << 16 ? Z_NO_COMPRESSION : Z_BEST_SPEED
    }

    /// Gives an object its name.
    ///
    /// - Returns: the folders whose entries that changed.
    private func place(_ file: Staged) throws(GitError) -> [String] {
        let fan = folder + file.id.prefix(2)
        let name = "\(fan)/\(file.id.dropFirst(2))"
        return try WritePatience.retrying { () throws(GitError) in
            let isNew = mkdir(fan, 0o777) == 0
            guard isNew || errno == EEXIST else { throw GitError.system(errno, "make folder", fan) }
            // Some file systems have no hard links.
            guard link(file.path, name) == 0 || errno == EEXIST || rename(file.path, name) == 0 else {
                throw GitError.system(errno, "write object", file.id)
            }
            return isNew ? [fan, folder] : [fan]
        }
    }
}
