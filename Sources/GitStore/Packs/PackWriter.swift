internal import Glibc

/// Puts a pack on disk beside git at work.
///
/// `git gc` removes an index whose pack is not there yet, and `git repack` a pack that was there when it began and whose index came
/// too late for it. So the pack has its name before its index, which is what makes its objects be found, and a `.keep` file lies
/// beside both until both are there (git-index-pack(1), `--keep`). libgit2 gives the index its name first, and has no such file.
package struct PackWriter {
    /// The folder of packs; ends in `/`.
    let folder: String
    /// What others get of the files.
    var access = SharedAccess.byUmask
    /// What the first line of a `.keep` file of ours says.
    package static let keepText = "wfrepo: this pack is being written"

    /// What the names of unfinished files begin with.
    package static let unfinished = ["tmp_pack_wfrepo_", "tmp_idx_wfrepo_"]

    /// Writes a pack and its index. When it returns both are on disk.
    func write(_ pack: PackStream, beside company: BatchCompany = BatchCompany()) throws(GitError) {
        var staged: [StagedFile] = []
        try DurableFile.makeFolders(folder, sharing: access)
        let contents = [("pack", pack.bytes), ("idx", pack.index)]
        // `git prune` removes files of such names when they are old.
        for (suffix, bytes) in contents {
            try staged.append(StagedFile("\(folder)tmp_\(suffix)_", bytes, access, "write pack"))
        }
        try UnsyncedFile.wait(for: staged.map { $0.unsynced($0.path) } + company.withBytes)
        let name = "\(folder)pack-\(pack.checksum.withUnsafeBytes { ObjectID(rawBytes: $0) })"
        let isKept = try keep(name)
        defer { if isKept { unlink(name + ".keep") } }
        for (file, (suffix, _)) in zip(staged, contents) {
            guard rename(file.path, "\(name).\(suffix)") == 0 else { throw GitError.system(errno, "write pack", name) }
        }
        try UnsyncedFile.wait(for: [UnsyncedFile(folder: folder)] + company.withNames())
    }

    /// - Returns: whether the file is ours to remove: somebody may want to keep this very pack.
    private func keep(_ name: String) throws(GitError) -> Bool {
        let descriptor = open(name + ".keep", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return false }
            throw GitError.system(errno, "write pack", name + ".keep")
        }
        defer { close(descriptor) }
        try SystemFile.write(Array((Self.keepText + "\n").utf8), to: descriptor, path: name + ".keep")
        return true
    }
}
