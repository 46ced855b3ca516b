internal import GitStore
internal import Glibc

/// Files of the work tree to be replaced, made or removed together.
struct WorkTreeUpdate {
    let workTree: WorkTree
    /// The new content of each path; nil where the file goes.
    var contents: [(path: String, file: WorkTree.File?)]
    /// By path: content that is on the disk already, without a name.
    private var reserves: [String: ReservedFile] = [:]

    init(workTree: WorkTree, contents: [(path: String, file: WorkTree.File?)]) {
        self.workTree = workTree
        self.contents = contents
    }

    /// Writes the files, each durably and whole.
    ///
    /// - Returns: the update that brings back what was there, also where the disk is full by then: what that takes is written
    ///   before anything is touched. When a file can't be written, the ones before are brought back.
    func apply() throws -> WorkTreeUpdate {
        var undo = WorkTreeUpdate(workTree: workTree, contents: [])
        do {
            for (path, file) in contents {
                let before = try workTree.read(path)
                undo.reserves[path] = try before.flatMap { try workTree.reserve($0, beside: path) }
                undo.contents.insert((path, before), at: 0)
                try put(file, at: path)
            }
        } catch {
            try undo.bringBack()
            throw error
        }
        return undo
    }

    /// Writes the files as ``apply()`` does, with no way back.
    func bringBack() throws {
        for (path, file) in contents { try put(file, at: path) }
    }

    private func put(_ file: WorkTree.File?, at path: String) throws {
        guard let file else { return try workTree.remove(path) }
        try workTree.write(file, reserved: reserves[path], to: path)
    }
}

extension WorkTree {
    /// Writes a file that has no name yet, beside where it belongs; nil where the file system has no such files (open(2), O_TMPFILE).
    /// It is gone with the process.
    func reserve(_ file: File, beside path: String) throws -> ReservedFile? {
        guard let (folder, _) = try openFolder(of: path) else { return nil }
        defer { close(folder) }
        let descriptor = openat(
            folder, ".", O_WRONLY | __O_TMPFILE | O_DIRECTORY | O_CLOEXEC, file.isExecutable ? 0o777 : 0o666)
        guard descriptor >= 0 else { return nil }
        let reserved = ReservedFile(descriptor: descriptor)
        try SystemFile.write(file.bytes, to: descriptor, path: path)
        return reserved
    }

    /// Replaces a file or makes it, with the folders that are missing.
    ///
    /// - Parameter reserved: the same content, where it is on the disk already.
    func write(_ file: File, reserved: ReservedFile? = nil, to path: String) throws {
        guard let (folder, name) = try openFolder(of: path, creates: true) else { throw Self.failure("write", path) }
        defer { close(folder) }
        let temporary = ".\(name).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        if let reserved, reserved.link(as: temporary, in: folder) {
            return try rename(temporary, to: name, in: folder, path)
        }
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
        try rename(temporary, to: name, in: folder, path)
    }

    private func rename(_ temporary: String, to name: String, in folder: Int32, _ path: String) throws {
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

/// A file that is on the disk without a name.
final class ReservedFile {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Gives it a name, once it is on the disk for good; whether that was possible.
    func link(as name: String, in folder: Int32) -> Bool {
        fsync(descriptor) == 0
            && linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", folder, name, AT_SYMLINK_FOLLOW) == 0
    }
}
