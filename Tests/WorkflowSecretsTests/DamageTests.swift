import Foundation
import Testing
import WorkflowSecrets

/// What happens when files of the store are not what they were.
@Suite struct DamageTests {
    @Test func everyFlippedByteIsFound() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        let good = try scratch.bytes("secrets/store.json")
        for position in good.indices {
            var bad = good
            bad[position] ^= 0x01
            try scratch.put(bad, "secrets/store.json")
            #expect(code { _ = try scratch.values() } == .damaged, "byte \(position)")
        }
        try scratch.put(good, "secrets/store.json")
        #expect(try scratch.values() == ["A": "1"])
    }

    @Test func aRepairedSumDoesNotHelp() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1", "B": "2"])
        let good = try scratch.bytes("secrets/store.json")
        let text = String(decoding: good, as: UTF8.self)
        var document = try #require(try JSONSerialization.jsonObject(with: good) as? [String: Any])
        let secrets = try #require(document["secrets"] as? [[String: Any]])
        // Two values swapped, one taken away, a date changed, a name changed.
        let swapped = [
            secrets[0].merging(["value": secrets[1]["value"] ?? ""]) { $1 },
            secrets[1].merging(["value": secrets[0]["value"] ?? ""]) { $1 },
        ]
        for list in [swapped, [secrets[0]]] {
            document["secrets"] = list
            try scratch.forge(try JSONSerialization.data(withJSONObject: document))
            #expect(code { _ = try scratch.values() } == .damaged)
        }
        for (old, new) in [("\"A\"", "\"C\""), ("\"changed\": 1", "\"changed\": 2")] {
            try scratch.forge(Data(text.replacing(old, with: new).utf8))
            #expect(code { _ = try scratch.values() } == .damaged, "\(old)")
        }
        try scratch.forge(good)
        #expect(try scratch.values().count == 2)
    }

    @Test func truncatedEmptyMissingAndForeignFilesAreFound() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        let good = try scratch.bytes("secrets/store.json")
        for bad in [Data(), good.prefix(good.count / 2), Data("{}".utf8), Data("[1]".utf8), Data(count: 4096)] {
            try scratch.forge(bad)
            #expect(code { _ = try scratch.values() } == .damaged)
        }
        try scratch.shell("rm secrets/store.json")
        #expect(code { _ = try scratch.values() } == .damaged)
        try scratch.shell("ln -s /dev/zero secrets/store.json")
        #expect(code { _ = try scratch.values() } == .damaged)
        try scratch.shell("rm secrets/store.json secrets/store.json.sha256")
        try scratch.put(good, "secrets/store.json")
        #expect(code { _ = try scratch.values() } == .damaged)
    }

    @Test func anOldStoreInItsPlaceIsFound() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "old"])
        let old = try scratch.bytes("secrets/store.json")
        try scratch.set(["A": "new"])
        try scratch.forge(old)
        #expect(code { _ = try scratch.values() } == .damaged)
    }

    @Test func aStoreThatAsksForTooMuchMemoryIsRefused() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"], protection: .passphrase)
        let text = String(decoding: try scratch.bytes("secrets/store.json"), as: UTF8.self)
        for cost in ["16777216", "1024", "16385", "-1"] {
            try scratch.forge(Data(text.replacing("\"cost\": 16384", with: "\"cost\": \(cost)").utf8))
            #expect(code { _ = try scratch.values() } == .damaged, "\(cost)")
        }
    }

    @Test func restoringBringsTheLastGoodContentBackAndKeepsTheDamagedOne() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        try scratch.set(["B": "2"])
        try scratch.put(Data("damage".utf8), "secrets/store.json")
        let (backup, aside) = try scratch.store.restore()
        // The second change, an hour after the first one.
        #expect(backup.time == "20261101T120000Z")
        #expect(try scratch.values() == ["A": "1", "B": "2"])
        #expect(try String(contentsOfFile: #require(aside), encoding: .utf8) == "damage")
    }

    @Test func damagedBackupsAreNotRestored() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        try scratch.set(["B": "2"])
        let newest = try #require(try scratch.store.file.backups().first)
        try scratch.put(Data("x".utf8), "secrets/backups/\(newest.name)")
        try scratch.put(Data("damage".utf8), "secrets/store.json")
        _ = try scratch.store.restore()
        #expect(try scratch.values() == ["A": "1"])
        try scratch.shell("rm -r secrets/backups; echo x > secrets/store.json")
        #expect(code { _ = try scratch.store.restore() } == .notFound)
    }

    @Test func goingOnGivesWhatStillOpens() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1", "B": "2"])
        var document = try #require(
            try JSONSerialization.jsonObject(with: scratch.bytes("secrets/store.json")) as? [String: Any])
        var secrets = try #require(document["secrets"] as? [[String: Any]])
        secrets[0]["value"] = Data(count: 40).base64EncodedString()
        document["secrets"] = secrets
        try scratch.put(try JSONSerialization.data(withJSONObject: document), "secrets/store.json")
        let store = scratch.store
        let values = try store.values(
            [SecretName("A"), SecretName("B")], ignoringDamage: true, passphrase: scratch.ask)
        #expect(values.map { "\($0.key)=\($0.value.text)" } == ["B=2"])
    }

    @Test func aCrashBetweenTheStepsOfAChangeLosesNothing() throws {
        let scratch = try Scratch()
        try scratch.set(["A": "1"])
        let (oldStore, oldSum) = (
            try scratch.bytes("secrets/store.json"), try scratch.bytes("secrets/store.json.sha256")
        )
        try scratch.set(["A": "2"])
        let newStore = try scratch.bytes("secrets/store.json")
        let newSum = try scratch.bytes("secrets/store.json.sha256")
        // The sums of both, and the old content still: the power failed before the rename.
        try scratch.put(newSum + oldSum, "secrets/store.json.sha256")
        try scratch.shell("rm -r seen")
        try scratch.put(oldStore, "secrets/store.json")
        #expect(try scratch.values() == ["A": "1"])
        try scratch.put(newStore, "secrets/store.json")
        #expect(try scratch.values() == ["A": "2"])
    }
}
