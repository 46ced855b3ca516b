import Glibc

extension CommandContext {
    /// Who pushes, in `pre-receive`, as well as the server knows: by the key of a signed push, the ssh key of the
    /// connection, the name that a web server or a hosting program gives; at last by the login that runs the hook.
    ///
    /// Source: githooks(5), `GIT_PUSH_CERT_*`; sshd_config(5), `ExposeAuthInfo`; git-http-backend(1), `REMOTE_USER`.
    var pusher: String {
        if variable("GIT_PUSH_CERT_STATUS") == "G", let key = variable("GIT_PUSH_CERT_KEY") { return "key \(key)" }
        if let key = sshKey { return key }
        for name in ["REMOTE_USER", "GL_USERNAME", "GITEA_PUSHER_NAME"] {
            if let user = variable(name) { return visibleLine(user) }
        }
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return "user \(geteuid())" }
        return String(cString: name)
    }

    /// The key that sshd let in: a line `publickey ssh-ed25519 AAAA…` of the file that it names.
    private var sshKey: String? {
        guard let path = variable("SSH_USER_AUTH"), let bytes = try? readFile(path, limit: 1 << 16) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("publickey ") }
        return line.map { visibleLine(String($0.dropFirst("publickey ".count))) }
    }
}
