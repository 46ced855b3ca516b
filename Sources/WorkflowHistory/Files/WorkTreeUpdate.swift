internal import GitStore
internal import Glibc

/// Files of the work tree to be replaced, made or removed together.
struct WorkTreeUpdate {
    let workTree: WorkTree
    /// The new content of each path; nil where the file goes.
    var contents: [(path: String, file: WorkTree.File?)]

    /// Writes the files, each durably and whole.
    ///
    /// - Returns: the update that brings back what was there. When a file can't be written, the ones before are brought back.
    @discardableResult
    func apply() throws -> WorkTreeUpdate {
        var undo = WorkTreeUpdate(workTree: workTree, contents: [])
        do {
            for (path, file) in contents {
                let before = try workTree.read(path)
                undo.contents.insert((path, before), at: 0)
                if let file { try workTree.write(file, to: path) } else { try workTree.remove(path) }
            }
        } catch {
            try undo.apply()
            throw error
        }
        return undo
    }
}

extension WorkTree {
    /// Replaces a file or makes it, with the folders that are missing.
    func write(_ file: File, to path: String) throws {
        guard let (folder, name) = try openFolder(of: path, creates: true) else { throw Self.failure("write", path) }
        defer { close(folder) }
        let temporary = ".\(name).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = openat(
            folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.isExecutable ? 0o777 : 0o666)
        guard descriptor >= 0 else { throw Self.failure("write", path) }
        do {
            defer { close(descriptor) }
            try SystemFile.write(file.bytes, to: descriptor, path: path)
            guard fsync(descriptor) == 0 else { throw Self.failure("write", path) }
        } catch {
            unlinkat(folder, temporary, 0)
            throw error
        }
        guard renameat(folder, temporary, folder, name) == 0, fsync(folder) == 0 else {
            let error = Self.failure("write", path)
            unlinkat(folder, temporary, 0)
            throw error
        }
    }

    /// Removes a file, and the folders above it that are empty then; the first folder of the path stays.
    func remove(_ path: String) throws(HistoryError) {
        guard let (folder, name) = try openFolder(of: path) else { return }
        defer { close(folder) }
        guard unlinkat(folder, name, 0) == 0 || errno == ENOENT else { throw Self.failure("remove", path) }
        fsync(folder)
        var parts = path.split(separator: "/").dropLast()
        while parts.count > 1, rmdir(top + parts.joined(separator: "/")) == 0 { parts.removeLast() }
    }
}
