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
        guard let configured = try sshKey() else {
            throw failure("user.signingKey is not set", hint: "git config user.signingKey ~/.ssh/id_ed25519.pub")
        }
        let key = try repository.configuration.sshKey(configured, home: context.environment["HOME"])
        do throws(GitError) {
            return Array(try key.sign(commit, environment: context.environment).utf8)
        } catch {
            throw failure("\(key.program) could not sign with \(key.name): \(error.message)", hint: error.hint ?? "")
        }
    }

    private func sshKey() throws -> String? {
        let configuration = try repository.configuration
        if let key = try configuration.string("user.signingKey"), !key.isEmpty { return key }
        guard let command = try configuration.string("gpg.ssh.defaultKeyCommand") else { return nil }
        let outcome = try run("/bin/sh", ["-c", command], input: nil)
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
        return outcome.status == 0 ? lines.first.map(String.init) : nil
    }

    private func run(_ program: String, _ arguments: [String], input: [UInt8]?) throws -> ChildProgram.Outcome {
        let process = ChildProgram(
            expanded(program), arguments, environment: context.environment,
            directory: repository.workTree ?? repository.gitDirectory, input: input,
            errors: .descriptor(context.hookOutput))
        do throws(GitError) {
            return try process.run()
        } catch {
            throw failure(
                error.message, hint: "install \(program), or commit unsigned: git config commit.gpgSign false")
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
