internal import Glibc

/// Compares HEAD, index and work tree at or below one path, looking at nothing else.
struct StatusScan {
    let repository: Repository
    let head: TreeID?
    let index: IndexFile
    let workTree: String
    /// `core.fileMode`: whether execute bits of the work tree mean anything.
    let trustsExecuteBit: Bool

    /// Whether a file that git was told to pass over (git-update-index(1), `--assume-unchanged`, `--skip-worktree`) counts as unchanged.
    var passesOver = true

    /// What differs at the path itself or below it, sorted by path. An empty path stands for everything.
    func scan(_ prefix: String, includesIgnored: Bool = false) throws(GitError) -> [FileStatus] {
        var paths: [String: (head: TreeEntry?, positions: [Int])] = [:]
        if let head {
            for (path, entry) in try repository.files(in: head, under: prefix) { paths[path] = (entry, []) }
        }
        for position in positions(under: prefix) {
            paths[index.path(of: index.entries[position]), default: (nil, [])].positions.append(position)
        }
        var found: [String: FileStatus] = [:]
        for (path, state) in paths {
            let staged = stagedChange(from: state.head, to: state.positions)
            let unstaged = try unstagedChange(at: path, state.positions)
            if staged != nil || unstaged != nil {
                found[path] = FileStatus(path: path, staged: staged, unstaged: unstaged)
            }
        }
        for file in try untrackedFiles(under: prefix, includesIgnored: includesIgnored) {
            let staged = found[file.path]?.staged
            // What was taken out of the index and is hidden is gone, to git.
            if file.isIgnored, staged != nil { continue }
            found[file.path] = FileStatus(
                path: file.path, staged: staged, unstaged: file.isIgnored ? .ignored : .untracked)
        }
        return found.values.sorted { $0.path < $1.path }
    }

    private func positions(under prefix: String) -> [Int] {
        let bytes = Array(prefix.utf8)
        if bytes.isEmpty { return Array(index.entries.indices) }
        return Array(index.positions(of: bytes)) + Array(index.positions(below: bytes + [0x2F]))
    }

    private func stagedChange(from old: TreeEntry?, to positions: [Int]) -> FileChange? {
        guard let position = positions.first else { return old == nil ? nil : .removed }
        let entry = index.entries[position]
        if index.stage(of: entry) != 0 { return .conflicted }
        if index.isIntentToAdd(entry) { return nil }
        guard let old else { return .added }
        let mode = index.mode(of: entry)
        if old.mode.isRegularFile != (mode?.isRegularFile ?? false), old.mode != mode { return .typeChanged }
        return old.id == index.id(of: entry) && old.mode == mode ? nil : .modified
    }

    private func unstagedChange(at path: String, _ positions: [Int]) throws(GitError) -> FileChange? {
        guard let position = positions.first else { return nil }
        let entry = index.entries[position]
        if index.stage(of: entry) != 0 { return .conflicted }
        if index.mode(of: entry) == .commit { return nil }
        if passesOver, index.isSkipped(entry) || index.isAssumedUnchanged(entry) { return nil }
        guard !isBehindLink(path), let file = try WorkFile(workTree + path) else {
            return index.isSkipped(entry) ? nil : .removed
        }
        if case .folder = file.kind { return .removed }
        guard let mode = file.mode, let stagedMode = index.mode(of: entry) else { return .typeChanged }
        if index.isIntentToAdd(entry) { return .added }
        if mode.isRegularFile != stagedMode.isRegularFile { return .typeChanged }
        if mode != stagedMode, trustsExecuteBit { return .modified }
        if index.stat(of: entry) == file.stat, !index.isRacy(entry) { return nil }
        return try repository.workFile(path, file, hasContentOf: index.id(of: entry)) ? nil : .modified
    }

    /// Whether a folder on the way to a path is a symbolic link: then git says that the path is not there.
    private func isBehindLink(_ path: String) -> Bool {
        var status = stat()
        for (offset, byte) in path.utf8.enumerated() where byte == 0x2F {
            let folder = workTree + String(decoding: path.utf8.prefix(offset), as: UTF8.self)
            if lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { return true }
        }
        return false
    }
}
