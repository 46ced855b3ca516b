internal import Crypto
internal import FoundationEssentials

/// Seals values with AES-256-GCM, each under a random nonce of its own, and authenticates the whole list of them.
///
/// Source: NIST SP 800-38D (GCM; random 96-bit nonces are good for 2^32 values under one key), RFC 5869 (HKDF).
struct StoreCipher: Sendable {
    private let sealing: SymmetricKey
    private let listing: SymmetricKey
    private let store: String

    /// A cipher for the store of that id; one key never serves two purposes.
    init(key: SymmetricKey, store: String) {
        func derived(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key, salt: Data(store.utf8), info: Data("wfrepo.secrets/1 \(purpose)".utf8),
                outputByteCount: 32)
        }
        sealing = derived("values")
        listing = derived("list")
        self.store = store
    }

    /// Nonce, ciphertext and tag. They open only under this name in this store.
    func seal(_ bytes: [UInt8], as name: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(bytes, using: sealing, authenticating: context(name))
        return Array(box.nonce) + box.ciphertext + box.tag
    }

    /// What was sealed as `name`; nil where it was not, or not with this key.
    func open(_ sealed: [UInt8], as name: String) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        return (try? AES.GCM.open(box, using: sealing, authenticating: context(name))).map { Array($0) }
    }

    /// The code that authenticates a list of sealed values (HMAC-SHA-256).
    func code(of list: [UInt8]) -> [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: list, using: listing)) }

    /// Whether a code authenticates the list; takes the same time wherever they differ.
    func isCode(_ code: [UInt8], of list: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: list, using: listing)
    }

    private func context(_ name: String) -> Data { Data("wfrepo.secrets/1\n\(store)\n\(name)".utf8) }
}
