import Testing

@testable import WorkflowRecords

@Suite struct DurationSketchTests {
    @Test func fewDurationsAreKeptAsTheyAre() throws {
        // Nearest rank of 1 ... 100: the 50th, the 95th and the 99th.
        let sketch = DurationSketch((1...100).map { $0 * 1_000 }.shuffled())
        let spread = try #require(DurationSpread(sketch))
        #expect(spread.count == 100)
        #expect(
            [spread.shortest, spread.median, spread.p95, spread.p99, spread.longest] == [
                1_000, 50_000, 95_000, 99_000, 100_000,
            ])
    }

    @Test func manyDurationsAreRightToWithinAPercent() throws {
        let sketch = DurationSketch(1...100_000)
        #expect(sketch.counts.count < 1_000)
        let spread = try #require(DurationSpread(sketch))
        #expect(spread.count == 100_000)
        for (found, exact) in [(spread.median, 50_000), (spread.p95, 95_000), (spread.p99, 99_000)] {
            #expect(abs(found - exact) * 125 <= exact, "\(found) for \(exact)")
        }
    }

    @Test func whatIsAddedInPartsIsWhatWasAddedAtOnce() {
        var parts = DurationSketch([3, 1])
        parts.add(DurationSketch([1, 70_000]))
        #expect(parts == DurationSketch([1, 1, 3, 70_000]))
        #expect(DurationSketch.united([DurationSketch([5]), DurationSketch([5, 6])]) == DurationSketch([5, 5, 6]))
    }

    @Test func itIsReadBackFromItsBytes() throws {
        for durations in [[], [0], [127, 128, 129, 1 << 40], Array(1...5_000)] {
            let sketch = DurationSketch(durations)
            #expect(try #require(DurationSketch(bytes: sketch.bytes)) == sketch)
        }
    }

    @Test(arguments: [[], [2], [1, 0x80], [1, 5], [1] + [UInt8](repeating: 0xFF, count: 30)] as [[UInt8]])
    func otherBytesAreNoSketch(bytes: [UInt8]) {
        #expect(DurationSketch(bytes: bytes) == nil)
    }

    @Test func ofNoDurationThereIsNoSpread() { #expect(DurationSpread(DurationSketch()) == nil) }
}
