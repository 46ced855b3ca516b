internal import Crypto
internal import CryptoExtras

/// How a passphrase becomes a key: scrypt, which costs whoever guesses as much memory as time.
///
/// Source: RFC 7914; the parameters are OWASP's, "Password Storage Cheat Sheet": N = 2^17, r = 8, p = 1, which takes
/// 128 MiB and some tenths of a second.
struct PassphraseKey: Hashable, Sendable {
    var salt: [UInt8]
    /// N: the cost, a power of two.
    var cost: Int

    static let standardCost = 1 << 17
    /// What a file may ask for: less would be guessed easily, more would take more than 1 GiB.
    static let costs = (1 << 14)...(1 << 20)
    private static let blockSize = 8

    /// New parameters with a random salt.
    init(cost: Int = standardCost) {
        salt = (0..<16).map { _ in UInt8.random(in: 0 ... .max) }
        self.cost = cost
    }

    init(salt: [UInt8], cost: Int) {
        self.salt = salt
        self.cost = cost
    }

    /// The key, of 32 bytes.
    func key(from passphrase: [UInt8]) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: passphrase, salt: salt, outputByteCount: 32, rounds: cost, blockSize: Self.blockSize, parallelism: 1)
    }
}
