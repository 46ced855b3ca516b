internal import Glibc

extension SigningKey {
    /// The signature of some bytes in ssh's armoured form (PROTOCOL.sshsig), made by `ssh-keygen -Y sign`.
    ///
    /// - Parameter namespace: what the signature is for; git's commits use `git`.
    public func sign(_ bytes: [UInt8], namespace: String = "git") throws(GitError) -> String {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let content = folder + "/content"
        try write(bytes, to: content)
        let status = try run(["-Y", "sign", "-n", namespace, "-f", keyFile, content], errors: folder + "/errors")
        guard status == 0, let signature = try SystemFile.read(content + ".sig")?.bytes else {
            let said = try SystemFile.read(folder + "/errors").map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
            let reason = said.split(separator: "\n").joined(separator: "; ")
            throw GitError(
                .other, "sign with", keyFile, reason.isEmpty ? "\(program) failed with status \(status)" : reason,
                hint: "try it by hand: \(program) -Y sign -n \(namespace) -f \(keyFile) FILE")
        }
        return String(decoding: signature, as: UTF8.self)
    }

    private func makeFolder() throws(GitError) -> String {
        var template = Array("/tmp/wfrepo-sign-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw GitError.system(errno, "make folder", "/tmp") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func removeFolder(_ folder: String) {
        for name in ["content", "content.sig", "errors"] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(GitError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw GitError.system(errno, "write file", path) }
        defer { close(descriptor) }
        try SystemFile.write(bytes, to: descriptor, path: path)
    }

    /// Runs the program, without a terminal's answers, and gives its exit status.
    private func run(_ arguments: [String], errors: String) throws(GitError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, program, &actions, nil, &argv, environ)
        guard failure == 0 else { throw GitError.system(failure, "run", program) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw GitError.system(errno, "wait for", program) }
        }
        // The exit status is in the second byte; what a signal ended counts as a failure.
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
