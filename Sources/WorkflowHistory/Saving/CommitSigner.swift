internal import GitStore

/// Signs commits as git's settings say: `commit.gpgSign`, `gpg.format`, `user.signingKey`, `gpg.program` (git-config(1)).
///
/// A commit that has to be signed and can't be is an error: it is never stored unsigned.
struct CommitSigner {
    private let repository: Repository
    private let context: SaveContext

    /// The signer; nil where commits are not to be signed.
    init?(_ repository: Repository, context: SaveContext) throws(GitError) {
        guard try repository.configuration.bool("commit.gpgSign") == true else { return nil }
        self.repository = repository
        self.context = context
    }

    /// The commit's bytes with the signature in their header.
    func sign(_ commit: [UInt8]) throws -> [UInt8] {
        let signature: [UInt8]
        switch try repository.configuration.string("gpg.format") ?? "openpgp" {
        case "ssh": signature = try signWithSSH(commit)
        case "x509": signature = try signWithGPG(commit, programKey: "gpg.x509.program", standard: "gpgsm")
        case "openpgp": signature = try signWithGPG(commit, programKey: "gpg.openpgp.program", standard: "gpg")
        case let other:
            throw failure("gpg.format=\(other) is unknown", hint: "git config gpg.format ssh")
        }
        return Self.insert(signature, into: commit)
    }

    private func signWithGPG(_ commit: [UInt8], programKey: String, standard: String) throws -> [UInt8] {
        let configuration = try repository.configuration
        let program = try configuration.string(programKey) ?? configuration.string("gpg.program") ?? standard
        let key =
            try configuration.string("user.signingKey") ?? "\(context.committer.name) <\(context.committer.email)>"
        let outcome = try run(program, ["-bsau", key], input: commit)
        guard outcome.status == 0, !outcome.output.isEmpty else {
            throw failure(
                "\(program) could not sign with the key \(key)",
                hint: "try it by hand: echo test | \(program) -bsau '\(key)'")
        }
        return outcome.output
    }

    private func signWithSSH(_ commit: [UInt8]) throws -> [UInt8] {
        let configuration = try repository.configuration
        let program = try configuration.string("gpg.ssh.program") ?? "ssh-keygen"
        guard let configured = try sshKey() else {
            throw failure("user.signingKey is not set", hint: "git config user.signingKey ~/.ssh/id_ed25519.pub")
        }
        // A key given in the setting itself is held by an agent; ssh-keygen wants its public half in a file.
        let literal = configured.hasPrefix("key::") ? String(configured.dropFirst(5)) : configured
        guard literal.hasPrefix("ssh-") || literal.hasPrefix("ecdsa-") || configured.hasPrefix("key::") else {
            return try runSSH(program, keyFile: expanded(configured), usesAgent: false, commit)
        }
        let keyFile = repository.gitDirectory + "wfrepo-signing-key"
        try DurableFile.write(Array((literal + "\n").utf8), to: keyFile, mode: 0o600)
        return try runSSH(program, keyFile: keyFile, usesAgent: true, commit)
    }

    private func sshKey() throws -> String? {
        let configuration = try repository.configuration
        if let key = try configuration.string("user.signingKey"), !key.isEmpty { return key }
        guard let command = try configuration.string("gpg.ssh.defaultKeyCommand") else { return nil }
        let outcome = try run("/bin/sh", ["-c", command], input: nil)
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
        return outcome.status == 0 ? lines.first.map(String.init) : nil
    }

    private func runSSH(_ program: String, keyFile: String, usesAgent: Bool, _ commit: [UInt8]) throws -> [UInt8] {
        let arguments = ["-Y", "sign", "-n", "git", "-f", keyFile] + (usesAgent ? ["-U"] : [])
        let outcome = try run(program, arguments, input: commit)
        guard outcome.status == 0, !outcome.output.isEmpty else {
            throw failure(
                "\(program) could not sign with \(keyFile)",
                hint: "try it by hand: echo test | \(program) -Y sign -n git -f \(keyFile)")
        }
        return outcome.output
    }

    private func run(_ program: String, _ arguments: [String], input: [UInt8]?) throws -> ChildProcess.Outcome {
        let process = ChildProcess(
            program: expanded(program), arguments: arguments, environment: context.environment,
            directory: repository.workTree ?? repository.gitDirectory, input: input, output: context.hookOutput)
        do {
            return try process.run(collectingOutput: true)
        } catch let error as HistoryError {
            throw failure(error.reason, hint: "install \(program), or commit unsigned: git config commit.gpgSign false")
        }
    }

    private func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = context.environment["HOME"] else { return path }
        return home + path.dropFirst()
    }

    private func failure(_ reason: String, hint: String) -> HistoryError {
        HistoryError(.signingFailed, "commit", "it must be signed (commit.gpgSign) and \(reason)", hint: hint)
    }

    /// The header `gpgsig` follows the committer; further lines of its value start with a space.
    private static func insert(_ signature: [UInt8], into commit: [UInt8]) -> [UInt8] {
        var end = 0
        while end + 1 < commit.count, !(commit[end] == 0x0A && commit[end + 1] == 0x0A) { end += 1 }
        var lines = signature.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let header = lines.map { Array($0.last == 0x0D ? $0.dropLast() : $0) }.joined(separator: [0x0A, 0x20])
        return commit[..<end] + [0x0A] + Array("gpgsig ".utf8) + header + commit[end...]
    }
}
