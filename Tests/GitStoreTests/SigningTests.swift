import GitStore
import Testing

@Suite struct SigningTests {
    @Test func gitVerifiesTheSignature() throws {
        let sandbox = try Sandbox()
        let key = sandbox.folder + "/.git/key"
        try sandbox.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
        let publicKey = try sandbox.read(".git/key.pub")
        try sandbox.write(".git/signers", "ada@example.org \(publicKey)")
        try sandbox.git("config", "gpg.format", "ssh")
        try sandbox.git("config", "user.signingKey", key)
        try sandbox.git("config", "commit.gpgSign", "true")
        try sandbox.git("config", "gpg.ssh.allowedSignersFile", sandbox.folder + "/.git/signers")
        let repository = try sandbox.repository()
        let configuration = try repository.configuration
        #expect(try configuration.signsCommits)
        let commit = try repository.writeCommit(
            tree: .empty, parents: [], author: Sandbox.ada, committer: Sandbox.ada, message: "Signed\n\nBody\n",
            signingWith: configuration.signingKey(home: nil))
        try sandbox.git("verify-commit", commit.description)
        #expect(try repository.commit(commit).hasSignature)
        #expect(try repository.commit(commit).body == "Body")
        try sandbox.git("fsck", "--strict")
    }

    @Test func aMissingKeyIsNamed() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        #expect(try repository.configuration.signingKey(home: "/nowhere") == nil)
        let error = #expect(throws: GitError.self) {
            try repository.writeCommit(
                tree: .empty, parents: [], author: Sandbox.ada, committer: Sandbox.ada, message: "x",
                signingWith: SigningKey(keyFile: "/nowhere/key"))
        }
        #expect(error?.object == "/nowhere/key")
        let program = #expect(throws: GitError.self) {
            try SigningKey(keyFile: "/nowhere/key", program: "/nowhere/ssh-keygen").sign([1])
        }
        #expect(program?.code == .notFound)
    }
}
