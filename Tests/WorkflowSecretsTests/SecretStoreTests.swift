import Foundation
import Testing
import WorkflowSecrets

@Suite struct SecretStoreTests {
    @Test func valuesComeBackAndStandNowhereInClear() throws {
        let scratch = try Scratch()
        try scratch.set(["API_TOKEN": "tok-5f3a9b", "DB": "line one\nline two"])
        #expect(try scratch.values() == ["API_TOKEN": "tok-5f3a9b", "DB": "line one\nline two"])
        #expect(try scratch.store.listings().map(\.name.description) == ["API_TOKEN", "DB"])
        #expect(try scratch.shell("grep -r tok-5f3a9b . || grep -r dG9rLTVmM2E5Y . || grep -r 'line one' .") == 1)
        // git's own peers can check the sum.
        #expect(try scratch.shell("cd secrets && sha256sum --check --strict store.json.sha256") == 0)
    }

    @Test func onlyTheOwnerCanReadTheFiles() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        #expect(try scratch.shell("test -z \"$(find . -type f -perm /077)\"") == 0)
        let key = try #require(try scratch.store.keyPath())
        #expect(key.hasPrefix(scratch.path("keys/")))
        #expect(chmod(key, 0o640) == 0)
        #expect(code { _ = try scratch.values() } == .insecure)
    }

    @Test func equalValuesAreSealedDifferently() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "same", "B": "same"])
        let json = try #require(
            try JSONSerialization.jsonObject(with: scratch.bytes("secrets/store.json")) as? [String: Any])
        let sealed = try #require(json["secrets"] as? [[String: Any]]).compactMap { $0["value"] as? String }
        #expect(Set(sealed).count == 2)
        // 12 bytes of nonce, the value, 16 bytes of tag.
        #expect(sealed.allSatisfy { Data(base64Encoded: $0)?.count == 12 + 4 + 16 })
        #expect(json["cipher"] as? String == "AES-256-GCM")
    }

    @Test func anExistingSecretIsReplacedOnlyWhereAsked() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        let name = try SecretName("A")
        #expect(
            code {
                try scratch.store.set(
                    [(name, SecretValue(Array("2".utf8), of: name))], replaces: false, passphrase: scratch.ask)
            } == .exists)
        #expect(try scratch.values() == ["A": "1"])
        try scratch.set(["A": "3"])
        #expect(try scratch.values() == ["A": "3"])
        try scratch.store.remove([name], passphrase: scratch.ask)
        #expect(try scratch.values() == [:])
        #expect(code { try scratch.store.remove([name], passphrase: scratch.ask) } == .notFound)
    }

    @Test func aPassphraseOpensTheStoreAndAnotherOneDoesNot() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"], protection: .passphrase)
        #expect(try scratch.store.isProtectedByPassphrase() == true)
        #expect(try scratch.shell("test -e keys") == 1)
        #expect(try scratch.values() == ["A": "1"])
        scratch.passphrase = "correct horse battery stable"
        #expect(code { _ = try scratch.values() } == .wrongKey)
        // Names need none.
        let asked = scratch.asked
        #expect(try scratch.store.listings().count == 1)
        #expect(scratch.asked == asked)
    }

    @Test func anotherKeyIsNamedAsSuch() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        let key = try #require(try scratch.store.keyPath())
        let other = try Scratch()
        try other.set(["A": "1"])
        let otherKey = try #require(try other.store.keyPath())
        #expect(try scratch.shell("cp -p '\(key)' kept && cp -p '\(otherKey)' '\(key)'") == 0)
        #expect(code { _ = try scratch.values() } == .wrongKey)
        #expect(try scratch.shell("rm '\(key)'") == 0)
        #expect(code { _ = try scratch.values() } == .missingKey)
        #expect(try scratch.shell("printf nonsense > '\(key)'; chmod 600 '\(key)'") == 0)
        #expect(code { _ = try scratch.values() } == .damaged)
        #expect(try scratch.shell("cp -p kept '\(key)'") == 0)
        #expect(try scratch.values() == ["A": "1"])
    }

    @Test func changingTheKeyLeavesNothingThatTheOldOneOpens() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1", "B": "2"])
        let oldKey = try #require(try scratch.store.keyPath())
        let oldStore = try scratch.bytes("secrets/store.json")
        try scratch.store.changeKey(to: .keyFile, passphrase: scratch.ask)
        #expect(try scratch.values() == ["A": "1", "B": "2"])
        #expect(!FileManager.default.fileExists(atPath: oldKey))
        #expect(try scratch.store.file.backups().isEmpty)
        try scratch.forge(oldStore)
        #expect(code { _ = try scratch.values() } == .damaged)
    }

    @Test(arguments: ["", "1A", "A-B", "A B", "É", "A\n"])
    func namesAreThoseOfVariables(text: String) {
        #expect(code { _ = try SecretName(text) } == .invalid)
    }

    @Test func valuesAreTexts() throws {
        let name = try SecretName("A")
        for bytes in [[], [0xFF], [0x41, 0], [UInt8](repeating: 0x41, count: 65_537)] as [[UInt8]] {
            #expect(code { _ = try SecretValue(bytes, of: name) } == .invalid)
        }
        #expect("\(try SecretValue([0x41], of: name))" == "***")
        #expect(String(reflecting: try SecretValue([0x41], of: name)) == "***")
    }

    @Test func writersWaitForEachOther() async throws {
        let scratch = try Scratch()
        try scratch.set(["START": "0"])
        let places = scratch.store.places
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let name = try SecretName("N\(number)")
                    let value = try SecretValue(Array("\(number)".utf8), of: name)
                    try SecretStore(places, now: 1_800_000_000).set([(name, value)]) { _ in [] }
                }
            }
            try await group.waitForAll()
        }
        #expect(try scratch.values().count == 17)
    }
}
