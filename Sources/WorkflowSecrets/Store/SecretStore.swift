internal import Crypto
internal import GitStore
internal import Glibc

/// The encrypted secrets of a repository: names in clear, values sealed with AES-256-GCM under a key that is not in the
/// repository.
///
/// What is there is looked at before each use: the file's SHA-256 (accidents), the code over the whole list (somebody
/// without the key who repairs the sum, too), and its generation against the last one seen here (an old copy put in its
/// place). A change takes the store's lock, and is on disk, with a backup, when the call returns.
public struct SecretStore: Sendable {
    /// Where a store's files are.
    public struct Places: Sendable {
        /// The store, its sum and its backups: `wfrepo/secrets` in the common git folder.
        public var store: String
        /// The keys, outside every repository: `~/.config/wfrepo/keys`.
        public var keys: String
        /// What was last seen of each store: `~/.local/state/wfrepo/secrets`.
        public var seen: String
        /// The file of the key, where it is not in `keys`.
        public var keyFile: String?

        /// The places.
        public init(store: String, keys: String, seen: String, keyFile: String? = nil) {
            self.store = store
            self.keys = keys
            self.seen = seen
            self.keyFile = keyFile
        }
    }

    /// What protects a new store.
    public enum Protection: Sendable {
        /// A random key in a file of mode 0600.
        case keyFile
        /// A passphrase, made a key by scrypt.
        case passphrase
    }

    /// What is known of a secret without the key.
    public struct Listing: Hashable, Sendable {
        /// The secret's name.
        public let name: SecretName
        /// When there was first a value, in seconds since 1970.
        public let created: Int
        /// When the value was last set.
        public let changed: Int
    }

    /// Gives the passphrase; `true` asks for a new one.
    public typealias AskPassphrase = (_ isNew: Bool) throws -> [UInt8]

    /// Where its files are.
    public let places: Places
    /// The store's file.
    public let file: GuardedFile
    let now: Int
    let passphraseCost: Int

    /// A store, which need not exist yet.
    ///
    /// - Parameter now: seconds since 1970.
    public init(_ places: Places, now: Int) {
        self.init(places, now: now, passphraseCost: PassphraseKey.standardCost)
    }

    init(_ places: Places, now: Int, passphraseCost: Int) {
        self.places = places
        file = GuardedFile("\(places.store)/store.json", folder: places.store)
        self.now = now
        self.passphraseCost = passphraseCost
    }

    /// Whether there is a store, damaged or not.
    public var exists: Bool { access(file.path, F_OK) == 0 || access("\(file.path).sha256", F_OK) == 0 }

    /// Whether a passphrase protects it; nil where there is none.
    public func isProtectedByPassphrase() throws -> Bool? {
        guard let document = try document() else { return nil }
        if case .passphrase = document.key { return true }
        return false
    }

    /// The path of the key's file; nil where a passphrase protects the store, or there is none.
    public func keyPath() throws -> String? {
        guard let document = try document(), case .file(let name) = document.key else { return nil }
        return keyFile(name).path
    }

    /// The secrets by name, without their values: the key is not needed, and the list is not authenticated.
    public func listings() throws -> [Listing] {
        (try document()?.entries ?? []).sorted { $0.name < $1.name }
            .map { Listing(name: $0.name, created: $0.created, changed: $0.changed) }
    }

    /// The values of secrets; those that are not in the store are left out.
    ///
    /// - Parameter ignoringDamage: Gives what still opens, each value being authenticated by itself, instead of refusing
    ///   a store that was tampered with.
    /// - Throws: ``SecretsError`` `damaged`, `wrongKey`, `missingKey` or `insecure`.
    public func values(
        _ names: [SecretName], ignoringDamage: Bool = false, passphrase: AskPassphrase
    ) throws -> [SecretName: SecretValue] {
        guard let document = try document(ignoringDamage: ignoringDamage) else { return [:] }
        let wanted = names.compactMap { document[$0] }
        guard !wanted.isEmpty else { return [:] }
        let cipher = try cipher(of: document, passphrase: passphrase)
        if !ignoringDamage { try authenticate(document, cipher) }
        var values: [SecretName: SecretValue] = [:]
        for entry in wanted {
            guard let bytes = cipher.open(entry.sealed, as: entry.name.description) else {
                if ignoringDamage { continue }
                throw file.damaged("the value of \(entry.name) was changed, and not by wfrepo")
            }
            values[entry.name] = try SecretValue(bytes, of: entry.name)
        }
        return values
    }

    /// Checks all of the store, every value included, and returns the names.
    @discardableResult
    public func verify(passphrase: AskPassphrase) throws -> [SecretName] {
        let names = try listings().map(\.name)
        _ = try values(names, passphrase: passphrase)
        return names
    }

    static func unknown(_ name: SecretName) -> SecretsError {
        SecretsError(
            .notFound, name.description, "there is no secret of that name", hint: "list them: wfrepo secret list")
    }

    static func missing(_ path: String) -> SecretsError {
        SecretsError(
            .notFound, path, "there is no store of secrets yet",
            hint: "make it with the first one: wfrepo secret set NAME")
    }
}

extension SecretStore {
    func document(ignoringDamage: Bool = false) throws -> StoreDocument? {
        guard let bytes = try ignoringDamage ? file.readUnchecked() : file.read() else { return nil }
        let document = try StoreDocument(bytes, path: file.path)
        if !ignoringDamage { try checkAge(of: document) }
        return document
    }

    func cipher(of document: StoreDocument, passphrase: AskPassphrase) throws -> StoreCipher {
        let key: SymmetricKey
        switch document.key {
        case .file(let name): key = try keyFile(name).key()
        case .passphrase(let parameters): key = try parameters.key(from: try passphrase(false))
        }
        let cipher = StoreCipher(key: key, store: document.id)
        guard cipher.open(document.check, as: "") != nil else {
            if case .file(let name) = document.key {
                throw SecretsError(
                    .wrongKey, keyFile(name).path, "is not the key of this store",
                    hint: "put the copy that you keep in its place")
            }
            throw SecretsError(.wrongKey, file.path, "the passphrase is not the right one")
        }
        return cipher
    }

    func authenticate(_ document: StoreDocument, _ cipher: StoreCipher) throws(SecretsError) {
        guard cipher.isCode(document.code, of: document.authenticated()) else {
            throw file.damaged("was changed by somebody who does not have its key")
        }
    }

    func keyFile(_ name: String) -> KeyFile { KeyFile(path: places.keyFile ?? "\(places.keys)/\(name).key") }
}
