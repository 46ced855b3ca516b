/// The ssh key that commits are signed with, as git's configuration names it (`gpg.format=ssh`).
public struct SigningKey: Hashable, Sendable {
    /// The private key's file, or the public key's when an agent holds the private one.
    public var keyFile: String
    /// The program that signs.
    public var program: String

    /// Names a key.
    public init(keyFile: String, program: String = "ssh-keygen") {
        self.keyFile = keyFile
        self.program = program
    }
}

extension Configuration {
    /// The ssh key of `user.signingKey`, if `gpg.format` is `ssh`; `nil` where none is configured. `~/` is put right.
    ///
    /// - Parameter home: the user's home folder.
    /// - Throws: `unsupported` for a key that is written into the configuration itself (`key::…`).
    public func signingKey(home: String?) throws(GitError) -> SigningKey? {
        guard try string("gpg.format")?.lowercased() == "ssh", var file = try string("user.signingkey"), !file.isEmpty
        else { return nil }
        if file.hasPrefix("key::") || file.hasPrefix("ssh-") {
            throw GitError(
                .unsupported, "sign", "user.signingKey", "a key written into the configuration is not supported",
                hint: "git config user.signingKey ~/.ssh/id_ed25519.pub")
        }
        if file.hasPrefix("~/"), let home { file = home + file.dropFirst() }
        return SigningKey(keyFile: file, program: try string("gpg.ssh.program") ?? "ssh-keygen")
    }

    /// Whether `commit.gpgSign` asks for every commit to be signed.
    public var signsCommits: Bool {
        get throws(GitError) { try bool("commit.gpgsign") ?? false }
    }
}
