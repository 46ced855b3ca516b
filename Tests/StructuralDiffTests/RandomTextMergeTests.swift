import DocumentTree
import StructuralDiff
import Testing

/// Texts damaged at random, where they still parse: comparisons, patches, renderings and merges neither crash nor lie.
@Suite struct RandomTextMergeTests {
    private static let sample = """
        # top
        name: &n "text" # c
        on: [push, {a: 1, 'b': ~}]
        run: |+
          one
            two

        fold: >-
          x
          y

        alias: *n
        list:
        - - 1
          - 2
        - {}
        # item
        - k: v
          l: [x,
            y]   # tail
        -
          m: 1
        last: 1
        """

    @Test func `Damaged texts compare and merge`() throws {
        var generator = SeededGenerator(seed: 8)
        let base = try DocumentStream.parse(Array(Self.sample.utf8), name: "base")
        var texts: [DocumentStream] = []
        while texts.count < 120 {
            var bytes = Array(Self.sample.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = Array(":-[]{}#|>'\",\n xy1".utf8).randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default:
                    bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...12, using: &generator)))
                }
            }
            if let stream = try? DocumentStream.parse(bytes, name: "side"), stream.documents.count == 1,
                (try? stream.documents[0].expanded()) != nil
            {
                texts.append(stream)
            }
        }
        for (ours, theirs) in zip(texts, texts.dropFirst()) {
            let comparison = try Comparison(old: ours, new: theirs)
            let (old, new) = (try ours.documents[0].value(keys: .any), try theirs.documents[0].value(keys: .any))
            #expect(try comparison.patch.applied(to: old) == new)
            #expect(comparison.changes.isEmpty == (old == new))
            _ = comparison.changes.text() + comparison.changes.sideBySide() + comparison.changes.html()
            let merge = try ThreeWayMerge(base: base, ours: ours, theirs: theirs)
            if merge.isClean { _ = try Document.parseOne(merge.bytes, name: "merged") }
            let same = try ThreeWayMerge(base: base, ours: ours, theirs: base)
            #expect(same.isClean && same.bytes == ours.bytes)
            let other = try ThreeWayMerge(base: base, ours: base, theirs: theirs)
            #expect(other.isClean && other.bytes == theirs.bytes)
        }
    }
}
