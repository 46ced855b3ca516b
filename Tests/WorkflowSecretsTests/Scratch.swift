import Foundation
import WorkflowSecrets

@testable import struct WorkflowSecrets.SecretStore

/// A temporary folder with a store in it; a passphrase costs little here.
final class Scratch {
    let root: URL
    var passphrase = "correct horse battery staple"
    private(set) var asked = 0
    private var clock = 1_793_527_200  // 2026-11-01T10:00:00Z

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "wfrepo-secrets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    /// The store, an hour later each time.
    var store: SecretStore {
        clock += 3600
        return SecretStore(
            SecretStore.Places(store: path("secrets"), keys: path("keys"), seen: path("seen")), now: clock,
            passphraseCost: 1 << 14)
    }

    func path(_ name: String) -> String { root.appending(path: name).path }

    func ask(_ isNew: Bool) throws -> [UInt8] {
        asked += 1
        return Array(passphrase.utf8)
    }

    func set(_ values: [String: String], protection: SecretStore.Protection = .keyFile) throws {
        let list = try values.sorted { $0.key < $1.key }
            .map { name, value in
                let name = try SecretName(name)
                return (name: name, value: try SecretValue(Array(value.utf8), of: name))
            }
        try store.set(list, protection: protection, passphrase: ask)
    }

    /// The values of all secrets.
    func values() throws -> [String: String] {
        let store = store
        let values = try store.values(store.listings().map(\.name), passphrase: ask)
        return Dictionary(uniqueKeysWithValues: values.map { ($0.key.description, $0.value.text) })
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: root.appending(path: name)) }

    /// Replaces a file behind the store's back.
    func put(_ data: Data, _ name: String) throws { try data.write(to: root.appending(path: name)) }

    /// Puts `data` in the store's place and repairs the sum, as somebody would who knows how it works but has no key.
    func forge(_ data: Data) throws {
        try put(data, "secrets/store.json")
        try shell("cd secrets && sha256sum store.json > store.json.sha256")
    }

    @discardableResult
    func shell(_ line: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = root
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// The code of the `SecretsError` that `body` throws; nil where it throws none.
func code(_ body: () throws -> Void) -> SecretsError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? SecretsError)?.code
    }
}
