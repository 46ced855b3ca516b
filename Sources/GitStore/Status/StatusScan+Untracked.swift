internal import Glibc

extension StatusScan {
    /// A file that is not in the index.
    struct UntrackedFile {
        /// Its path; of a folder that is a repository of its own, with `/` at its end.
        var path: String
        /// Whether an ignore rule hides it.
        var isIgnored: Bool
    }

    /// The files at or below a path that are not in the index.
    ///
    /// - Parameter includesIgnored: whether those that an ignore rule hides are among them.
    func untrackedFiles(under prefix: String, includesIgnored: Bool) throws(GitError) -> [UntrackedFile] {
        var walk = UntrackedWalk(scan: self, includesIgnored: includesIgnored)
        if prefix.isEmpty {
            try walk.collectFolder("", isIgnored: false)
        } else {
            try walk.collect(prefix, isIgnored: false)
        }
        return walk.found
    }
}

/// Goes through the work tree for what the index does not have.
private struct UntrackedWalk {
    let scan: StatusScan
    let includesIgnored: Bool
    var found: [StatusScan.UntrackedFile] = []

    /// - Parameter isIgnored: whether the folder that the path is in is ignored: then git lets no rule take back what is in it
    ///   (gitignore(5)).
    mutating func collect(_ path: String, isIgnored: Bool) throws(GitError) {
        let bytes = Array(path.utf8)
        if !scan.index.positions(of: bytes).isEmpty { return }
        guard let file = try WorkFile(scan.workTree + path) else {
            // A name that is no UTF-8 leads to no file as text: it is listed, so that somebody hears of it.
            if path.unicodeScalars.contains("\u{FFFD}") { found.append(.init(path: path, isIgnored: isIgnored)) }
            return
        }
        let isFolder = if case .folder = file.kind { true } else { false }
        guard isFolder || file.mode != nil else { return }
        let isTracked = isFolder && !scan.index.positions(below: bytes + [0x2F]).isEmpty
        var isIgnored = isIgnored
        if !isTracked, !isIgnored { isIgnored = try scan.repository.isIgnored(isFolder ? path + "/" : path) }
        guard !isIgnored || includesIgnored else { return }
        guard isFolder else { return found.append(.init(path: path, isIgnored: isIgnored)) }
        if try WorkFile(scan.workTree + path + "/.git") != nil {
            if !isTracked { found.append(.init(path: path + "/", isIgnored: isIgnored)) }
        } else {
            try collectFolder(path + "/", isIgnored: isIgnored)
        }
    }

    mutating func collectFolder(_ folder: String, isIgnored: Bool) throws(GitError) {
        for name in try names(in: scan.workTree + folder) where folder + name != ".git" {
            try collect(folder + name, isIgnored: isIgnored)
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
