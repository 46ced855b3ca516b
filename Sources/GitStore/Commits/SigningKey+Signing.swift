extension SigningKey {
    /// The signature of some bytes in ssh's armoured form (PROTOCOL.sshsig), made by `ssh-keygen -Y sign`.
    ///
    /// - Parameters:
    ///   - namespace: what the signature is for; git's commits use `git`.
    ///   - environment: that of the program, where `SSH_AUTH_SOCK` names the agent; nil is that of this process.
    public func sign(
        _ bytes: [UInt8], namespace: String = "git", environment: [String: String]? = nil
    ) throws(GitError) -> String {
        switch source {
        case .file(let path):
            return try sign(bytes, namespace, keyFile: path, options: [], environment)
        case .agent(let publicKey):
            let file = try TemporaryFile(holding: Array((publicKey + "\n").utf8))
            return try sign(bytes, namespace, keyFile: file.path, options: ["-U"], environment)
        }
    }

    private func sign(
        _ bytes: [UInt8], _ namespace: String, keyFile: String, options: [String], _ environment: [String: String]?
    ) throws(GitError) -> String {
        let outcome = try ChildProgram(
            program, ["-Y", "sign", "-n", namespace, "-f", keyFile] + options, environment: environment, input: bytes
        ).run()
        guard outcome.status == 0, !outcome.output.isEmpty else {
            let reason = outcome.errorText.split(whereSeparator: \.isNewline).joined(separator: "; ")
            throw GitError(
                outcome.status == 127 ? .notFound : .other, "sign with", name,
                reason.isEmpty ? "\(program) failed with status \(outcome.status)" : reason,
                hint: "try it by hand: echo test | \(program) -Y sign -n \(namespace) -f \(keyFile)")
        }
        return String(decoding: outcome.output, as: UTF8.self)
    }
}
