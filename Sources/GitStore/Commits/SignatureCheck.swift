/// What an ssh signature on a commit is worth, by the keys that a user trusts.
public enum SignatureVerdict: Hashable, Sendable {
    /// There is none.
    case unsigned
    /// It is that of a trusted key, whose owner the allowed signers file names.
    case good(signer: String)
    /// It fits what was signed, but nobody says whose the key is.
    case unknownKey(fingerprint: String)
    /// It does not fit what was signed, or is no signature.
    case bad(reason: String)
}

/// Checks ssh signatures by the keys of `gpg.ssh.allowedSignersFile` (ssh-keygen(1), "ALLOWED SIGNERS").
public struct SignatureCheck: Sendable {
    /// The file with the keys that are trusted; nil for none.
    public var allowedSigners: String?
    /// The program that verifies.
    public var program: String
    /// The environment of the program.
    public var environment: [String: String]

    /// A check.
    public init(allowedSigners: String?, program: String = "ssh-keygen", environment: [String: String]) {
        self.allowedSigners = allowedSigners
        self.program = program
        self.environment = environment
    }

    /// The check that a repository's settings ask for.
    public init(_ configuration: Configuration, environment: [String: String]) throws(GitError) {
        let home = environment["HOME"]
        self.init(
            allowedSigners: try configuration.path("gpg.ssh.allowedSignersFile", home: home),
            program: try configuration.path("gpg.ssh.program", home: home) ?? "ssh-keygen", environment: environment)
    }

    /// What the signature of a commit is worth. Its bytes without the header `gpgsig` are what was signed, in the
    /// namespace `git`.
    public func verdict(on commit: [UInt8]) throws(GitError) -> SignatureVerdict {
        guard let (signature, signed) = Self.split(commit) else { return .unsigned }
        guard signature.starts(with: "-----BEGIN SSH SIGNATURE-----".utf8) else {
            return .unknownKey(fingerprint: "not of ssh")
        }
        return try verdict(of: signature, on: signed, namespace: "git")
    }

    /// What a signature in ssh's armoured form is worth, made over some bytes in a namespace.
    public func verdict(
        of signature: [UInt8], on signed: [UInt8], namespace: String
    ) throws(GitError) -> SignatureVerdict {
        let file = try TemporaryFile(holding: signature)
        let fits = try run(["check-novalidate", "-n", namespace, "-s", file.path], input: signed)
        guard fits.status == 0 else {
            return .bad(reason: fits.errorText.split(whereSeparator: \.isNewline).joined(separator: "; "))
        }
        let fingerprint = Self.fingerprint(in: fits.output)
        guard let allowedSigners else { return .unknownKey(fingerprint: fingerprint) }
        let principals = try run(["find-principals", "-f", allowedSigners, "-s", file.path], input: [])
        for principal in String(decoding: principals.output, as: UTF8.self).split(separator: "\n") {
            let good = try run(
                ["verify", "-n", namespace, "-f", allowedSigners, "-I", String(principal), "-s", file.path],
                input: signed)
            if good.status == 0 { return .good(signer: String(principal)) }
        }
        return .unknownKey(fingerprint: fingerprint)
    }

    private func run(_ arguments: [String], input: [UInt8]) throws(GitError) -> ChildProgram.Outcome {
        try ChildProgram(program, ["-Y"] + arguments, environment: environment, input: input).run()
    }

    /// `Good "git" signature with ED25519 key SHA256:…`
    private static func fingerprint(in output: [UInt8]) -> String {
        let words = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return words.last.map(String.init) ?? "unknown"
    }

    /// The signature of a commit and the bytes that were signed; nil where there is none.
    static func split(_ commit: [UInt8]) -> (signature: [UInt8], signed: [UInt8])? {
        var signature: [UInt8] = []
        var signed: [UInt8] = []
        var rest = commit[...]
        var isInSignature = false
        while let end = rest.firstIndex(of: 0x0A) {
            let line = rest[...end]
            // The first empty line ends the header.
            if line.count == 1 { break }
            rest = rest[(end + 1)...]
            if line.starts(with: "gpgsig ".utf8) {
                isInSignature = true
                signature += line.dropFirst("gpgsig ".utf8.count)
            } else if isInSignature, line.first == 0x20 {
                signature += line.dropFirst()
            } else {
                isInSignature = false
                signed += line
            }
        }
        return signature.isEmpty ? nil : (signature, signed + rest)
    }
}
