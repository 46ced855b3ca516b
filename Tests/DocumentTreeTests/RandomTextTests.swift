import DocumentTree
import Testing

/// Texts that nobody would write: parsing either gives a tree with sound ranges or an error with a place in the text.
@Suite struct RandomTextTests {
    private static let sample = """
        # top
        name: &n "é → \\u0041" # c
        on: [push, {a: 1, 'b': ~}]
        run: |+
          one
            two

        fold: >-
          x
          y
        ? complex
        : !!str 12
        alias: *n
        list:
        - - 1
          - 0x1F
        - {}
        - k: v
        ---
        - second
        ...

        """

    @Test(arguments: ["t.yaml", "t.json"]) func `Damaged texts don't crash`(name: String) {
        var generator = SplitMix(state: 12)
        let alphabet = Array(":-?[]{}#&*!|>'\"%@`,\n\t \\\u{0}\u{7F}ab01é😀".utf8) + [0xFF, 0xC3, 0xE2, 0x0D]
        for round in 0..<4_000 {
            var bytes = Array(Self.sample.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = alphabet.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                case 2: bytes.remove(at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                }
            }
            do {
                let stream = try DocumentStream.parse(bytes, name: name)
                for document in stream.documents {
                    if let root = document.root { check(root, within: 0..<bytes.count, "round \(round)") }
                    _ = try? document.value(keys: .any)
                }
            } catch {
                #expect((0...bytes.count).contains(error.position.offset), "round \(round): \(error)")
                #expect(!error.message.isEmpty)
            }
        }
    }

    private func check(_ node: Node, within range: Range<Int>, _ comment: Testing.Comment) {
        let own = node.range
        #expect(own.start.offset <= own.end.offset, comment)
        #expect(own.bytes.lowerBound >= range.lowerBound && own.bytes.upperBound <= range.upperBound, comment)
        for item in node.items ?? [] { check(item, within: own.bytes, comment) }
        for entry in node.entries ?? [] {
            check(entry.key, within: own.bytes, comment)
            check(entry.value, within: own.bytes, comment)
        }
    }
}

/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
