internal import GitStore
internal import Glibc

/// The files of the work tree, reached without following a symbolic link below its top.
struct WorkTree {
    /// The top folder's absolute path; ends in `/`.
    let top: String

    /// A file's content as it stands in the work tree.
    struct File: Hashable {
        var bytes: [UInt8]
        var isExecutable: Bool
    }

    /// The work tree of a repository.
    ///
    /// - Throws: `bare` where there is none.
    init(of repository: Repository) throws(HistoryError) {
        guard let top = repository.workTree else {
            throw HistoryError(
                .bare, repository.gitDirectory, "a bare repository has no work tree",
                hint: "work in a clone: git clone \(repository.gitDirectory)")
        }
        self.top = top
    }

    /// Reads a file; nil where there is nothing at that path.
    ///
    /// - Throws: `notAFile` for a link, a FIFO, a device or a folder (also on the way), `tooLarge`, `io`.
    func read(_ path: String) throws -> File? {
        guard let descriptor = try open(path) else { return nil }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw Self.failure("read", path) }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw Self.notAFile(path, Self.kind(information.st_mode))
        }
        let size = Int(information.st_size)
        guard size <= WorkflowRepository.largestDefinition else { throw Self.tooLarge(path, size) }
        let bytes = try SystemFile.readAll(
            descriptor, path: path, expecting: size, limit: WorkflowRepository.largestDefinition + 1)
        guard bytes.count <= WorkflowRepository.largestDefinition else { throw Self.tooLarge(path, bytes.count) }
        return File(bytes: bytes, isExecutable: information.st_mode & S_IXUSR != 0)
    }

    /// Opens a plain file for reading; nil where there is none.
    private func open(_ path: String) throws(HistoryError) -> Int32? {
        guard let (folder, name) = try openFolder(of: path) else { return nil }
        defer { close(folder) }
        // O_NONBLOCK: opening a FIFO must not wait for a writer.
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if file >= 0 { return file }
        switch errno {
        case ENOENT: return nil
        case ELOOP: throw Self.notAFile(path, "a symbolic link")
        case ENXIO: throw Self.notAFile(path, "a socket or a FIFO")
        default: throw Self.failure("open", path)
        }
    }

    /// Opens the folder that a path is in, folder by folder, so that no link on the way leads elsewhere; nil where it is
    /// missing.
    ///
    /// - Parameter creates: whether missing folders are made.
    func openFolder(of path: String, creates: Bool = false) throws(HistoryError) -> (descriptor: Int32, name: String)? {
        let parts = path.split(separator: "/").map(String.init)
        guard let last = parts.last else { return nil }
        var folder = Glibc.open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure("open", top) }
        for part in parts.dropLast() {
            var next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if next < 0, errno == ENOENT, creates, mkdirat(folder, part, 0o777) == 0 || errno == EEXIST {
                fsync(folder)
                next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            let reason = errno
            close(folder)
            guard next >= 0 else {
                errno = reason
                if reason == ENOENT, !creates { return nil }
                if reason == ELOOP || reason == ENOTDIR {
                    throw Self.notAFile(path, "behind a link or a file named \(part)")
                }
                throw Self.failure("open", path)
            }
            folder = next
        }
        return (folder, last)
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }

    static func notAFile(_ path: String, _ what: String) -> HistoryError {
        HistoryError(
            .notAFile, path, "\(what), not a plain file: nothing else is read as a definition",
            hint: what == kind(S_IFDIR) ? "give the folder another name: mv \(path) NAME" : "rm \(path)")
    }

    static func tooLarge(_ path: String, _ size: Int) -> HistoryError {
        HistoryError(
            .tooLarge, path, "\(size) bytes, and a definition may have \(WorkflowRepository.largestDefinition)",
            hint: "move data out of the definition, into files of its own")
    }

    static func failure(_ operation: String, _ path: String) -> HistoryError {
        HistoryError(.io, path, "cannot \(operation): \(String(cString: strerror(errno)))")
    }
}
