internal import Glibc

/// What a move of a reference changes.
struct ReferenceChange {
    /// The full name.
    let name: String
    /// nil where it was not there.
    let old: ObjectID?
    let new: ObjectID
}

extension Repository {
    /// Notes a move in the reflogs that git would write.
    func log(_ change: ReferenceChange, as actor: Signature, message: String) throws(GitError) {
        try actor.validate()
        let text = message.split { $0.isNewline }.joined(separator: " ")
        let line = Array("\(change.old ?? .zero) \(change.new) \(actor)\t\(text)\n".utf8)
        for log in try reflogs(of: change.name) { try append(line, toReflog: log) }
    }

    /// The reflogs that git would write for a move (`core.logAllRefUpdates` in git-config(1)).
    private func reflogs(of name: String) throws(GitError) -> [String] {
        let always = try configuration.string("core.logallrefupdates")?.lowercased() == "always"
        let makesLogs = always ? true : try configuration.bool("core.logallrefupdates") ?? !isBare
        let isUsual = ["refs/heads/", "refs/remotes/", "refs/notes/"].contains { name.hasPrefix($0) }
        let own = "\(commonDirectory)logs/\(name)"
        let ofHead = gitDirectory + "logs/HEAD"
        var logs: [String] = []
        if always || (makesLogs && isUsual) || access(own, F_OK) == 0 { logs.append(own) }
        if try reference("HEAD")?.target == .symbolic(name), makesLogs || access(ofHead, F_OK) == 0 {
            logs.append(ofHead)
        }
        return logs
    }

    private func append(_ line: [UInt8], toReflog path: String) throws(GitError) {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC
        var descriptor = Glibc.open(path, flags, 0o666)
        if descriptor < 0, errno == ENOENT {
            try DurableFile.makeFolders(DurableFile.folder(of: path), sharing: sharedAccess)
            descriptor = Glibc.open(path, flags, 0o666)
        }
        guard descriptor >= 0 else { throw GitError.system(errno, "write reflog", path) }
        defer { close(descriptor) }
        try sharedAccess.apply(to: descriptor, path)
        try SystemFile.write(line, to: descriptor, path: path)
    }
}
