import CLinux
import Testing

@testable import WorkflowEngine

@Suite struct PatternSearchTests {
    /// What the search should find: the first place where a string begins, and the longest that begins there.
    private func first(_ strings: [[UInt8]], in bytes: [UInt8], from start: Int) -> Range<Int>? {
        for place in start..<max(start, bytes.count) {
            let longest = strings.filter { bytes[place...].starts(with: $0) }.map(\.count).max()
            if let longest { return place..<place + longest }
        }
        return nil
    }

    /// The longest end of `bytes` with which a longer string begins.
    private func unfinished(_ strings: [[UInt8]], _ bytes: [UInt8]) -> Int {
        (1...max(1, bytes.count)).last { size in
            strings.contains { $0.count > size && $0.starts(with: bytes.suffix(size)) && bytes.count >= size }
        } ?? 0
    }

    private func plainly(_ strings: [[UInt8]], in bytes: [UInt8], from start: Int) -> Range<Int>? {
        let patterns = clinux_patterns_make(
            strings.flatMap(\.self), strings.map(\.count), strings.map { _ in clinux_exact }, strings.count)
        defer { clinux_patterns_free(patterns) }
        var length = 0
        let found = clinux_patterns_find_plainly(patterns, bytes, bytes.count, start, &length)
        return found < bytes.count ? found..<found + length : nil
    }

    /// Few different bytes, so that strings begin alike, hold each other, and nearly stand there often. Some have the high bit.
    @Test(arguments: 0..<40) func theSearchFindsWhatANaiveOneFinds(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        let alphabet: [UInt8] = [0x61, 0x62, 0x71, 0xE1, 0x00].shuffled(using: &random).suffix(2 + seed % 4)
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 } }
        let strings = Set((0..<(1 + seed)).map { _ in bytes(.random(in: 1...9, using: &random)) })
            .filter { $0.count > seed % 8 }.sorted { $0.count < $1.count }
        guard !strings.isEmpty else { return }
        let search = PatternSearch(strings.map { .init(bytes: $0) })
        for size in [0, 1, 2, 3, 15, 33, 34, 35, 66, 130] {
            let text = bytes(size)
            #expect(search.unfinished(text) == unfinished(strings, text))
            for start in 0...size {
                let expected = first(strings, in: text, from: start)
                #expect(search.first(in: text, from: start) == expected)
                #expect(plainly(strings, in: text, from: start) == expected)
            }
        }
    }

    /// One string at every place of texts of every length that vectors care about.
    @Test func aStringIsFoundAtEveryPlace() {
        let needle = Array("hunter2".utf8)
        let search = PatternSearch([needle, Array("hunger".utf8)].map { .init(bytes: $0) })
        for size in 7...100 {
            for place in 0...(size - 7) {
                var text = [UInt8](repeating: 0x2E, count: size)
                text.replaceSubrange(place..<place + 7, with: needle)
                #expect(search.first(in: text) == place..<place + 7)
                #expect(search.first(in: text, from: place + 1) == nil)
            }
        }
    }

    /// However a text comes in pieces, what is shown of it is the same.
    @Test(arguments: 0..<20) func splitsMakeNoDifference(seed: Int) {
        var random = SplitMix(seed: UInt64(1000 + seed))
        let secrets = ["abab", "babba", "ab", "abbabbab", "bbbbb"].shuffled(using: &random).prefix(1 + seed % 5)
        let text = (0..<300).map { _ in UInt8(ascii: Bool.random(using: &random) ? "a" : "b") }
        let mask = SecretMask(secrets: secrets)
        var whole = MaskedStream(mask)
        let expected = whole.take(text) + whole.finish()
        for longest in [1, 2, 7, 50] {
            var stream = MaskedStream(mask)
            var shown: [UInt8] = []
            var rest = text[...]
            while !rest.isEmpty {
                let piece = rest.prefix(.random(in: 0...longest, using: &random))
                shown += stream.take(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(shown + stream.finish() == expected)
        }
    }
}
