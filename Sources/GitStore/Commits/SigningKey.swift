/// The ssh key that commits are signed with, as git's configuration names it (`gpg.format=ssh`).
public struct SigningKey: Hashable, Sendable {
    /// Where the key is.
    public enum Source: Hashable, Sendable {
        /// In a file: the private key, or the public key when an agent holds the private one.
        case file(String)
        /// With an agent, which knows it by this public key (`ssh-ed25519 AAAA…`).
        case agent(publicKey: String)
    }

    /// Where the key is.
    public var source: Source
    /// The program that signs.
    public var program: String

    /// Names a key.
    public init(_ source: Source, program: String = "ssh-keygen") {
        self.source = source
        self.program = program
    }

    /// Names the key in a file.
    public init(keyFile: String, program: String = "ssh-keygen") {
        self.init(.file(keyFile), program: program)
    }

    /// The key as a person knows it.
    public var name: String {
        switch source {
        case .file(let path): path
        case .agent(let publicKey): publicKey
        }
    }
}

extension Configuration {
    /// The ssh key of `user.signingKey`, if `gpg.format` is `ssh`; `nil` where none is configured. `~/` is put right.
    ///
    /// A key that is written into the setting itself (`key::ssh-ed25519 AAAA…`) is one that an agent holds.
    ///
    /// - Parameter home: the user's home folder.
    public func signingKey(home: String?) throws(GitError) -> SigningKey? {
        guard try string("gpg.format")?.lowercased() == "ssh", let key = try string("user.signingkey"), !key.isEmpty
        else { return nil }
        return try sshKey(key, home: home)
    }

    /// The ssh key of these words, as `user.signingKey` has them.
    public func sshKey(_ text: String, home: String?) throws(GitError) -> SigningKey {
        let program = try path("gpg.ssh.program", home: home) ?? "ssh-keygen"
        if text.hasPrefix("key::") {
            return SigningKey(.agent(publicKey: String(text.dropFirst("key::".count))), program: program)
        }
        if text.hasPrefix("ssh-") || text.hasPrefix("ecdsa-") || text.hasPrefix("sk-") {
            return SigningKey(.agent(publicKey: text), program: program)
        }
        return SigningKey(.file(Self.expanded(text, home: home)), program: program)
    }

    /// The value of a key that names a file; `~/` is put right.
    public func path(_ key: String, home: String?) throws(GitError) -> String? {
        try string(key).map { Self.expanded($0, home: home) }
    }

    private static func expanded(_ path: String, home: String?) -> String {
        guard path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }

    /// Whether `commit.gpgSign` asks for every commit to be signed.
    public var signsCommits: Bool {
        get throws(GitError) { try bool("commit.gpgsign") ?? false }
    }
}
