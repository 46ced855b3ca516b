internal import DocumentTree
internal import FoundationEssentials

/// The file of a store: which key it needs, and the sealed values.
struct StoreDocument: Hashable, Sendable {
    /// A sealed value.
    struct Entry: Hashable, Sendable {
        var name: SecretName
        /// Nonce, ciphertext and tag.
        var sealed: [UInt8]
        /// When there was first a value, in seconds since 1970.
        var created: Int
        /// When it was last set.
        var changed: Int
    }

    /// What opens the store.
    enum Key: Hashable, Sendable {
        /// A file outside the repository, of this name.
        case file(name: String)
        case passphrase(PassphraseKey)
    }

    /// Tells the store from all others: 32 hexadecimal digits.
    var id: String
    /// Counts the changes, so that an old copy of the file is known as such.
    var generation: Int
    var key: Key
    /// Nothing, sealed: tells a wrong key from a damaged file.
    var check: [UInt8] = []
    var entries: [Entry] = []
    /// The code that authenticates all of the above.
    var code: [UInt8] = []

    static let schema = "wfrepo.secrets/1"

    subscript(name: SecretName) -> Entry? { entries.first { $0.name == name } }

    /// What the code authenticates.
    func authenticated() -> [UInt8] { Array(value(withCode: false).canonicalText.utf8) }

    /// The file's bytes.
    func bytes() throws -> [UInt8] { try value(withCode: true).jsonBytes(.pretty) + [0x0A] }

    private func value(withCode: Bool) -> Value {
        let key: Value =
            switch key {
            case .file(let name): ["kind": "file", "name": .string(name)]
            case .passphrase(let parameters):
                [
                    "kind": "passphrase", "function": "scrypt", "salt": Self.base64(parameters.salt),
                    "cost": .integer(parameters.cost), "block-size": 8, "parallelism": 1,
                ]
            }
        let list = entries.sorted { $0.name < $1.name }.map { entry -> Value in
            [
                "name": .string(entry.name.description), "created": .integer(entry.created),
                "changed": .integer(entry.changed), "value": Self.base64(entry.sealed),
            ]
        }
        var document: ValueMapping = [
            "schema": .string(Self.schema), "id": .string(id), "generation": .integer(generation),
            "cipher": "AES-256-GCM", "key": key, "check": Self.base64(check), "secrets": .sequence(list),
        ]
        if withCode { document["code"] = Self.base64(code) }
        return .mapping(document)
    }

    private static func base64(_ bytes: [UInt8]) -> Value { .string(Data(bytes).base64EncodedString()) }
}

extension StoreDocument {
    /// Reads a store's file.
    init(_ bytes: [UInt8], path: String) throws(SecretsError) {
        func damaged(_ reason: String) -> SecretsError {
            SecretsError(
                .damaged, path, "is no store of secrets: \(reason)",
                hint: "bring the last good one back: wfrepo secret check --auto-restore")
        }
        let root: Value?
        do throws(DocumentError) {
            root = try Document.parseOne(bytes, name: "store.json").root?.value()
        } catch {
            throw damaged(error.message)
        }
        guard let root, let schema = root["schema"]?.string else { throw damaged("it names no schema") }
        guard schema == Self.schema else {
            throw SecretsError(.newer, path, "is of the schema \(schema), which this version does not know")
        }
        guard let id = root["id"]?.string, id.utf8.count == 32, let generation = root["generation"]?.integer,
            let key = Self.key(root["key"]), let check = Self.data(root["check"]), let code = Self.data(root["code"]),
            let list = root["secrets"]?.items
        else { throw damaged("something is missing") }
        var entries: [Entry] = []
        for item in list {
            guard let text = item["name"]?.string, let name = try? SecretName(text),
                let created = item["created"]?.integer, let changed = item["changed"]?.integer,
                let sealed = Self.data(item["value"])
            else { throw damaged("a secret is incomplete") }
            entries.append(Entry(name: name, sealed: sealed, created: created, changed: changed))
        }
        self.init(id: id, generation: generation, key: key, check: check, entries: entries, code: code)
    }

    private static func key(_ value: Value?) -> Key? {
        switch value?["kind"]?.string {
        case "file":
            // The name becomes a path: nothing but what wfrepo makes.
            guard let name = value?["name"]?.string, name.utf8.allSatisfy({ "0123456789abcdef-".utf8.contains($0) }),
                !name.isEmpty
            else { return nil }
            return .file(name: name)
        case "passphrase":
            guard value?["function"] == "scrypt", value?["block-size"] == 8, value?["parallelism"] == 1,
                let salt = data(value?["salt"]), salt.count >= 16, let cost = value?["cost"]?.integer,
                PassphraseKey.costs.contains(cost), cost & (cost - 1) == 0
            else { return nil }
            return .passphrase(PassphraseKey(salt: salt, cost: cost))
        default: return nil
        }
    }

    private static func data(_ value: Value?) -> [UInt8]? {
        (value?.string).flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }
}
