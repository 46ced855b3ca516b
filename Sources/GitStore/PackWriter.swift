internal import CLinux
internal import Glibc

/// Puts a pack on disk beside git at work.
///
/// `git gc` removes an index whose pack is not there yet, and `git repack` a pack that was there when it began and whose index came
/// too late for it. So the pack has its name before its index, which is what makes its objects be found, and a `.keep` file lies
/// beside both until both are there (git-index-pack(1), `--keep`). libgit2 gives the index its name first, and has no such file.
package struct PackWriter {
    /// The folder of packs; ends in `/`.
    let folder: String
    /// What the first line of a `.keep` file of ours says.
    package static let keepText = "wfrepo: this pack is being written"

    /// What the names of unfinished files begin with.
    package static let unfinished = ["tmp_pack_wfrepo_", "tmp_idx_wfrepo_"]

    /// A file under its temporary name, of a form that `git prune` removes when it is old.
    private struct Staged {
        let path: String
        let descriptor: Int32
    }

    /// Writes a pack and its index. When it returns both are on disk.
    func write(_ pack: PackStream) throws(GitError) {
        var staged: [Staged] = []
        defer {
            for file in staged {
                close(file.descriptor)
                unlink(file.path)
            }
        }
        try DurableFile.makeFolders(folder)
        let contents = [("pack", pack.bytes), ("idx", pack.index)]
        for (suffix, bytes) in contents { try staged.append(stage(bytes, as: suffix)) }
        for file in staged {
            guard fsync(file.descriptor) == 0 else { throw GitError.system(errno, "write pack", file.path) }
        }
        let name = "\(folder)pack-\(pack.checksum.hexadecimal)"
        let isKept = try keep(name)
        defer { if isKept { unlink(name + ".keep") } }
        for (file, (suffix, _)) in zip(staged, contents) {
            guard rename(file.path, "\(name).\(suffix)") == 0 else { throw GitError.system(errno, "write pack", name) }
        }
        try DurableFile.syncFolder(of: name)
    }

    private func stage(_ bytes: [UInt8], as suffix: String) throws(GitError) -> Staged {
        let path = "\(folder)tmp_\(suffix)_wfrepo_\(getpid())_\(UInt64.random(in: 0 ... .max))"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw GitError.system(errno, "write pack", path) }
        do throws(GitError) {
            try SystemFile.write(bytes, to: descriptor, path: path)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        // Where that is not supported, `fsync` does all of it.
        _ = clinux_start_writing(descriptor)
        return Staged(path: path, descriptor: descriptor)
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

extension [UInt8] {
    /// Two lower-case hexadecimal digits a byte.
    fileprivate var hexadecimal: String {
        String(decoding: flatMap { [Hex.digit($0 >> 4), Hex.digit($0 & 15)] }, as: UTF8.self)
    }
}
