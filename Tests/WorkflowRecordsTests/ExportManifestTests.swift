import DocumentTree
import Testing
import WorkflowEngine

@testable import WorkflowRecords

/// The manifest of an export, which is the one thing that its lines don't prove.
@Suite struct ExportManifestTests {
    @Test func noByteOfItChangesUnseen() throws {
        let repository = try TestRepository.withRecords()
        var lines: [UInt8] = []
        let manifest = try AuditExport(format: .jsonl).run(
            repository.open(), name: "out", made: .at("2026-11-21T05:21:00.000Z"),
            by: Actor(name: "Ada", email: "ada@example.org")
        ) { lines += $0 }
        let text = try ExportManifest.text(of: manifest)
        #expect(try faults(text, lines) == [])
        for index in text.indices {
            var changed = text
            changed[index] ^= 1
            // What is no JSON, or no manifest, any more is an error; all else a fault.
            let found = (try? faults(changed, lines)) ?? ["unreadable"]
            #expect(!found.isEmpty, "byte \(index)")
        }
        // One that never had a sum is none that was made by this.
        let plain = Array(try manifest.json().utf8)
        #expect(
            try faults(plain, lines) == [
                "the manifest is not as it was made: its own SHA-256 (manifest_sha256) is another"
            ])
    }

    private func faults(_ manifest: [UInt8], _ lines: [UInt8]) throws -> [String] {
        var check = try AuditExportCheck(manifest: manifest, name: "out.manifest.json")
        for line in lines.split(separator: 0x0A) { check.add(line + [0x0A]) }
        return check.finish()
    }
}
