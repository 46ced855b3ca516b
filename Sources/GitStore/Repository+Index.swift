internal import CLibgit2
internal import Glibc

/// One path in the index.
public struct StagedEntry: Hashable, Sendable {
    /// The path from the top of the work tree.
    public let path: String
    /// What it is.
    public let mode: FileMode
    /// The blob (or a submodule's commit).
    public let id: ObjectID
    /// 0; or 1, 2, 3 for the base, our side and their side of a conflict.
    public let stage: Int
}

extension Repository {
    /// What is staged at or below a path, in the index's order.
    public func stagedEntries(under prefix: String = "") throws(GitError) -> [StagedEntry] {
        let index = try readIndex()
        let path = Array(prefix.utf8.split(separator: 0x2F).joined(separator: [0x2F]))
        let exact = path.isEmpty ? 0..<0 : index.positions(of: path)
        let below = index.positions(below: path.isEmpty ? [] : path + [0x2F])
        return (Array(exact) + Array(below)).compactMap { position in
            let entry = index.entries[position]
            guard let mode = index.mode(of: entry) else { return nil }
            return StagedEntry(
                path: index.path(of: entry), mode: mode, id: index.id(of: entry), stage: index.stage(of: entry))
        }
    }

    /// Changes some paths of the index and keeps all others as they are, under `index.lock`, durably.
    ///
    /// Where the work tree's file has the staged content, its state is noted with it, so that `git status` need not read
    /// the file again. A path that was in conflict is resolved by it.
    ///
    /// - Throws: `locked` when another process has the index for longer than about two seconds; `unsupported` for a split
    ///   or sparse index.
    public func stage(_ changes: [TreeChange]) throws(GitError) {
        if changes.isEmpty { return }
        var puts: [IndexFile.NewEntry] = []
        var removals: [[UInt8]] = []
        for change in changes {
            let path = Array(try change.components(for: "stage").joined(separator: [0x2F]))
            switch change.action {
            case .remove: removals.append(path)
            case .put(let mode, let id):
                let stat = try statOfFile(at: change.path, with: id, mode: mode)
                puts.append(IndexFile.NewEntry(path: path, mode: mode, id: id, stat: stat))
            }
        }
        let old = try SystemFile.read(indexPath)
        let mode = old.map { $0.status.st_mode & 0o777 }
        try LockPatience.retrying { () throws(GitError) in
            let lock = try LockFile.take(for: indexPath, mode: mode ?? 0o666)
            var index = try readIndex()
            for path in removals { index.remove(path) }
            for entry in puts { index.put(entry) }
            try lock.commit(index.serialized())
        }
    }

    /// Whether git's ignore rules hold for a path.
    public func isIgnored(_ path: String) throws(GitError) -> Bool {
        var ignored: Int32 = 0
        try GitError.check(git_ignore_path_is_ignored(&ignored, handle, path), "read ignore rules", path)
        return ignored == 1
    }

    func readIndex() throws(GitError) -> IndexFile {
        guard let (bytes, status) = try SystemFile.read(indexPath), !bytes.isEmpty else { return .empty }
        return try IndexFile(bytes, path: indexPath, writtenAt: FileTime(status.st_mtim))
    }

    /// The state of the work tree's file when it has this content and mode, or else ``FileStat/unknown``.
    private func statOfFile(at path: String, with id: ObjectID, mode: FileMode) throws(GitError) -> FileStat {
        guard let workTree, let file = try WorkFile(workTree + path), file.mode == mode,
            try idOfWorkFile(path, file) == id
        else { return .unknown }
        return file.stat
    }

    /// The id that the file's content would have if it were staged: with the conversions that attributes ask for.
    func idOfWorkFile(_ path: String, _ file: WorkFile) throws(GitError) -> ObjectID? {
        guard let workTree else { return nil }
        switch file.kind {
        case .file:
            var raw = git_oid()
            try GitError.check(
                git_repository_hashfile(&raw, handle, workTree + path, GIT_OBJECT_BLOB, path), "hash file", path)
            return ObjectID(raw)
        case .symlink: return try Repository.hash(.blob, try SystemFile.linkTarget(workTree + path))
        case .folder, .other: return nil
        }
    }
}
