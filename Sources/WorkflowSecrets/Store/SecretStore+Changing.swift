internal import Crypto
internal import GitStore
internal import Glibc

// Each change is made under the store's lock, and is on disk, with a backup, when the call returns.
extension SecretStore {
    /// Sets values, and makes the store where there is none.
    ///
    /// - Parameters:
    ///   - protection: What protects a new store; an existing one keeps its own.
    ///   - replaces: Whether a secret that is there gets the new value.
    /// - Throws: `exists` where one is there and `replaces` is false; then nothing is changed.
    public func set(
        _ values: [(name: SecretName, value: SecretValue)], protection: Protection = .keyFile, replaces: Bool = true,
        passphrase: AskPassphrase
    ) throws {
        try change(protection, passphrase) { document, cipher in
            for (name, value) in values {
                let old = document[name]
                if old != nil, !replaces {
                    throw SecretsError(
                        .exists, name.description, "there is a secret of that name",
                        hint: "give --replace to set it anew")
                }
                document.entries.removeAll { $0.name == name }
                document.entries.append(
                    StoreDocument.Entry(
                        name: name, sealed: try cipher.seal(Array(value.text.utf8), as: name.description),
                        created: old?.created ?? now, changed: now))
            }
        }
    }

    /// Takes secrets away. Backups hold their values still, sealed, until the key is changed.
    ///
    /// - Throws: `notFound` where one is not there; then nothing is changed.
    public func remove(_ names: [SecretName], passphrase: AskPassphrase) throws {
        try change(nil, passphrase) { document, _ in
            for name in names {
                guard document[name] != nil else { throw Self.unknown(name) }
                document.entries.removeAll { $0.name == name }
            }
        }
    }

    /// Seals every value anew under a new key, and takes the old key and the backups that it opens away.
    public func changeKey(to protection: Protection, passphrase: AskPassphrase) throws {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        guard let old = try document() else { throw Self.missing(file.path) }
        if let place = places.keyFile {
            throw SecretsError(
                .invalid, place, "the key's file is named from outside, so its key can't be changed",
                hint: "move it to \(places.keys), unset WFREPO_KEY_FILE, and repeat the command")
        }
        let oldCipher = try cipher(of: old, passphrase: passphrase)
        try authenticate(old, oldCipher)
        var (document, cipher) = try newDocument(protection, id: old.id, passphrase: passphrase)
        document.generation = old.generation
        for entry in old.entries {
            guard let value = oldCipher.open(entry.sealed, as: entry.name.description) else {
                throw file.damaged("the value of \(entry.name) was changed, and not by wfrepo")
            }
            var entry = entry
            entry.sealed = try cipher.seal(value, as: entry.name.description)
            document.entries.append(entry)
        }
        try write(&document, cipher)
        try file.removeBackups()
        if case .file(let name) = old.key { try keyFile(name).remove() }
    }

    /// Brings the newest good backup back, after damage.
    public func restore() throws -> (GuardedFile.Backup, aside: String?) {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        let path = file.path
        let result = try file.restore(now: now) { (try? StoreDocument($0, path: path)) != nil }
        if let document = try document(ignoringDamage: true) { try remember(document) }
        return result
    }
}

extension SecretStore {
    private func lock() throws -> FileLock {
        try DurableFile.makeFolders(places.store, mode: 0o700)
        return try FileLock(waitingFor: "\(places.store)/lock")
    }

    private func change(
        _ protection: Protection?, _ passphrase: AskPassphrase,
        _ body: (inout StoreDocument, StoreCipher) throws -> Void
    ) throws {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        var document: StoreDocument
        let cipher: StoreCipher
        if let present = try self.document() {
            cipher = try self.cipher(of: present, passphrase: passphrase)
            try authenticate(present, cipher)
            document = present
        } else {
            guard let protection else { throw Self.missing(file.path) }
            (document, cipher) = try newDocument(protection, id: Self.randomDigits(), passphrase: passphrase)
        }
        try body(&document, cipher)
        try write(&document, cipher)
    }

    private func write(_ document: inout StoreDocument, _ cipher: StoreCipher) throws {
        document.generation += 1
        document.code = cipher.code(of: document.authenticated())
        try file.write(document.bytes(), now: now)
        try remember(document)
    }

    private func newDocument(
        _ protection: Protection, id: String, passphrase: AskPassphrase
    ) throws -> (StoreDocument, StoreCipher) {
        let key: StoreDocument.Key
        let secret: SymmetricKey
        switch protection {
        case .keyFile:
            let name = Self.randomDigits()
            key = .file(name: name)
            if access(keyFile(name).path, F_OK) != 0 { try keyFile(name).make() }
            secret = try keyFile(name).key()
        case .passphrase:
            let parameters = PassphraseKey(cost: passphraseCost)
            key = .passphrase(parameters)
            secret = try parameters.key(from: try passphrase(true))
        }
        let cipher = StoreCipher(key: secret, store: id)
        var document = StoreDocument(id: id, generation: 0, key: key)
        document.check = try cipher.seal([], as: "")
        return (document, cipher)
    }

    private static func randomDigits() -> String {
        (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
    }
}
