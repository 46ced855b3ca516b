import DocumentTree
import Foundation
import StructuralDiff
import Testing

/// Real revisions of workflow files, where they are at hand.
@Suite struct CorpusTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared/corpus/revisions"
    ).standardizedFileURL
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    /// The pairs that a loader of YAML 1.2 accepts, with their names.
    static func pairs() throws -> [(name: String, old: DocumentStream, new: DocumentStream)] {
        try peerOperationCounts.keys.sorted().map { name in
            func load(_ file: String) throws -> DocumentStream {
                let bytes = try Data(contentsOf: folder.appending(path: "\(name)/\(file)"))
                return try DocumentStream.parse(Array(bytes), name: file)
            }
            return (name, try load("a.yaml"), try load("b.yaml"))
        }
    }

    @Test(.enabled(if: isPresent)) func `Each patch is exact and has no more operations than its peer`() throws {
        for (name, old, new) in try Self.pairs() {
            let patch = try Comparison(old: old, new: new).patch
            let values = try [old, new].map { stream in try stream.documents.map { try $0.value(keys: .any) } }
            let isSingle = values.allSatisfy { $0.count == 1 }
            let (before, after) = isSingle ? (values[0][0], values[1][0]) : (.sequence(values[0]), .sequence(values[1]))
            #expect(try patch.applied(to: before) == after, "\(name)")
            #expect(patch.operations.count <= peerOperationCounts[name] ?? 0, "\(name)")
        }
    }

    @Test(.enabled(if: isPresent)) func `There are no more changes than a patch of the peer has operations`() throws {
        for (name, old, new) in try Self.pairs() {
            let changes = try Comparison(old: old, new: new).changes.changes
            #expect(changes.count <= peerOperationCounts[name] ?? 0, "\(name)")
        }
    }
}
