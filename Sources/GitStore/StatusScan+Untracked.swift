internal import Glibc

extension StatusScan {
    /// The files at or below a path that are neither in the index nor ignored. A folder that is a repository of its own
    /// is given as such, with `/` at its end.
    func untrackedFiles(under prefix: String) throws(GitError) -> [String] {
        var found: [String] = []
        guard prefix.isEmpty else {
            try collect(prefix, into: &found)
            return found
        }
        try collectFolder("", into: &found)
        return found
    }

    private func collect(_ path: String, into found: inout [String]) throws(GitError) {
        let bytes = Array(path.utf8)
        if !index.positions(of: bytes).isEmpty { return }
        guard let file = try WorkFile(workTree + path) else { return }
        let isFolder = if case .folder = file.kind { true } else { false }
        guard isFolder || file.mode != nil else { return }
        let isTracked = isFolder && !index.positions(below: bytes + [0x2F]).isEmpty
        if !isTracked, try repository.isIgnored(isFolder ? path + "/" : path) { return }
        guard isFolder else { return found.append(path) }
        if try WorkFile(workTree + path + "/.git") != nil {
            if !isTracked { found.append(path + "/") }
        } else {
            try collectFolder(path + "/", into: &found)
        }
    }

    private func collectFolder(_ folder: String, into found: inout [String]) throws(GitError) {
        for name in try names(in: workTree + folder) where folder + name != ".git" {
            try collect(folder + name, into: &found)
        }
    }

    private func names(in folder: String) throws(GitError) -> [String] {
        do throws(SystemFailure) {
            return try FolderNames.unsorted(in: folder)
        } catch {
            throw GitError.system(error.number, "read folder", folder)
        }
    }
}
