internal import GitStore
internal import Glibc

/// What processes that were killed have left: unfinished packs, also libgit2's (`pack_git2_*`, which git never removes), and other
/// unfinished files of our own.
///
/// A file counts as left behind only when it has not been written for an hour and no process has it open.
struct Leftovers {
    private static let age = 3_600
    private let repository: Repository

    init(_ repository: Repository) { self.repository = repository }

    /// The files, by their paths.
    func found() throws(GitError) -> [String] {
        let common = repository.commonDirectory
        let folder = PackFolder(of: repository)
        let unfinished = ["pack_git2_"] + PackWriter.unfinished
        var packs: [String] = []
        for name in try FolderNames.all(in: folder.path) {
            let isUnfinished = unfinished.contains { name.hasPrefix($0) }
            packs += try (isUnfinished ? [name] : halfWritten(name, in: folder)).map { folder.path + $0 }
        }
        // `NAME.<process>-<number>.tmp`, as DurableFile names them.
        let files = try FolderNames.all(in: common + "wfrepo").filter { $0.hasSuffix(".tmp") }
            .map { common + "wfrepo/" + $0 }
        return (packs + files).filter(isOld)
    }

    /// The files of a pack whose writer was killed between their names, given its `.keep` file. Without an index the pack holds
    /// nothing that was ever acknowledged.
    private func halfWritten(_ name: String, in folder: PackFolder) throws(GitError) -> [String] {
        guard name.hasPrefix("pack-"), name.hasSuffix(".keep"),
            let text = try DurableFile.read(folder.path + name), text.starts(with: PackWriter.keepText.utf8)
        else { return [] }
        let pack = String(name.dropLast(".keep".count))
        return folder.has("idx", pack) || !folder.has("pack", pack) ? [name] : ["\(pack).pack", name]
    }

    /// Removes them.
    func clear() throws -> [String] {
        let old = try found()
        guard !old.isEmpty else { return [] }
        let open = Self.openFiles()
        return try old.filter { path in
            var status = stat()
            guard stat(path, &status) == 0, !open.contains(FileIdentity(status)) else { return false }
            guard unlink(path) == 0 || errno == ENOENT else { throw RecordsError.system("remove", path) }
            return true
        }
    }

    private func isOld(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return ModificationTime(status).age(at: time(nil)) > Self.age
    }

    private struct FileIdentity: Hashable {
        let device: UInt
        let inode: UInt

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
        }
    }

    /// The files that processes have open, of those that this user may look at (proc(5)).
    private static func openFiles() -> Set<FileIdentity> {
        var open: Set<FileIdentity> = []
        let processes = (try? FolderNames.all(in: "/proc")) ?? []
        for process in processes where process.allSatisfy(\.isNumber) {
            // A process may end meanwhile, or belong to somebody else.
            for descriptor in (try? FolderNames.all(in: "/proc/\(process)/fd")) ?? [] {
                var status = stat()
                if stat("/proc/\(process)/fd/\(descriptor)", &status) == 0 { open.insert(FileIdentity(status)) }
            }
        }
        return open
    }
}

/// Whether `git gc` is at work: it names itself in `gc.pid`, as `<process> <host>` (git's builtin/gc.c).
struct CollectionByGit {
    private let path: String

    init(_ repository: Repository) { path = repository.commonDirectory + "gc.pid" }

    var isUnderWay: Bool {
        get throws(GitError) {
            guard let bytes = try DurableFile.read(path) else { return false }
            let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard let process = words.first.flatMap({ pid_t($0) }) else { return false }
            return kill(process, 0) == 0 || errno == EPERM
        }
    }
}
