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
    /// `skip-worktree`: git passes over the file in the work tree, as it does for one outside a sparse checkout.
    public let isSkipped: Bool
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
                path: index.path(of: entry), mode: mode, id: index.id(of: entry), stage: index.stage(of: entry),
                isSkipped: index.isSkipped(entry))
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
        let mode = FileState(of: indexPath)?.permissions
        try WritePatience.retrying { () throws(GitError) in
            let lock = try LockFile.take(for: indexPath, mode: mode ?? 0o666, sharedAccess)
            var index = try readIndex()
            for path in removals { index.remove(path) }
            for entry in puts { index.put(entry) }
            if let workTree {
                // A file that can't be looked at is no reason to leave the index behind: git shall look at it.
                index.forgetUnseenEdits { (try? WorkFile(workTree + $0))?.stat }
            }
            try lock.commit(index.serialized())
        }
    }

    /// Whether git's ignore rules hold for a path.
    public func isIgnored(_ path: String) throws(GitError) -> Bool {
        var ignored: Int32 = 0
        try GitError.check(git_ignore_path_is_ignored(&ignored, handle, path), "read ignore rules", path)
        return ignored == 1
    }

    /// The index as it is now: read again only when the file is another than last time.
    func readIndex() throws(GitError) -> IndexFile {
        if let cachedIndex, FileState(of: indexPath) == cachedIndex.state { return cachedIndex.index }
        guard let (bytes, status) = try SystemFile.read(indexPath), !bytes.isEmpty else { return .empty }
        let index = try IndexFile(bytes, path: indexPath, writtenAt: FileTime(status.st_mtim))
        cachedIndex = (FileState(status), index)
        return index
    }

    /// The state of the work tree's file when it has this content and mode, or else ``FileStat/unknown``.
    private func statOfFile(at path: String, with id: ObjectID, mode: FileMode) throws(GitError) -> FileStat {
        guard let workTree, let file = try WorkFile(workTree + path), file.mode == mode,
            try workFile(path, file, hasContentOf: id)
        else { return .unknown }
        return file.stat
    }

    /// Whether the file would be staged with this id.
    func workFile(_ path: String, _ file: WorkFile, hasContentOf id: ObjectID) throws(GitError) -> Bool {
        guard let workTree else { return false }
        switch file.kind {
        case .file:
            guard let bytes = try SystemFile.read(workTree + path)?.bytes else { return false }
            // The same bytes need no conversion to be the same. Only otherwise is it worth asking what attributes want,
            // for which libgit2 reads the whole index.
            if try Repository.hash(.blob, bytes) == id { return true }
            guard try mayConvert(path) else { return false }
            var raw = git_oid()
            try GitError.check(
                git_repository_hashfile(&raw, handle, workTree + path, GIT_OBJECT_BLOB, path), "hash file", path)
            return ObjectID(raw) == id
        case .symlink: return try Repository.hash(.blob, try SystemFile.linkTarget(workTree + path)) == id
        case .folder, .other: return false
        }
    }

    /// Whether anything could ask for a conversion of the file's content: line ends, filters, encodings.
    private func mayConvert(_ path: String) throws(GitError) -> Bool {
        let settings = try configuration
        if let value = try settings.string("core.autocrlf"), value != "false" { return true }
        if try settings.string("core.attributesfile") != nil { return true }
        var sources = [commonDirectory + "info/attributes", "/etc/gitattributes"]
        sources += Library.userAttributeFiles
        let index = try readIndex()
        var folder: [UInt8] = []
        for component in [[]] + path.utf8.split(separator: 0x2F).dropLast().map(Array.init) {
            if !component.isEmpty { folder += component + [0x2F] }
            let file = folder + Array(".gitattributes".utf8)
            if !index.positions(of: file).isEmpty { return true }
            sources.append((workTree ?? "") + String(decoding: file, as: UTF8.self))
        }
        return sources.contains { access($0, F_OK) == 0 }
    }
}
