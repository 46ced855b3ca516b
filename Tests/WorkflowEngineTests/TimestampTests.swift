import Testing
import WorkflowEngine

@Suite struct TimestampTests {
    /// Pairs as `date -u -d @SECONDS` writes them.
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_793_498_400_007, "2026-11-01T02:00:00.007Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func isWrittenAsRFC3339(milliseconds: Int, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-01", "2026-11-01 02:00:00.000Z", "2026-02-30T00:00:00.000Z", "2026-11-01T25:00:00.000Z",
        "2026-11-01T02:00:00.000+", "2026-11-01T02:00:00,000Z", "２026-11-01T02:00:00.000",
    ])
    func refusesOtherForms(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func staysWithinWhatCanBeNamed() {
        let late = Timestamp(milliseconds: .max - 1)
        #expect(late.advanced(by: .seconds(1_000_000)).milliseconds == .max)
        #expect(Duration.seconds(Int64.max / 10).wholeMilliseconds == .max)
        #expect(Duration.milliseconds(1500).wholeMilliseconds == 1500)
    }

    /// A damaged file may hold any number: each can be written, and none ends the process.
    @Test func theFirstAndTheLastMomentOfAllAreWritten() {
        #expect(Timestamp(milliseconds: .min).description.hasSuffix(".192Z"))
        #expect(Timestamp(milliseconds: .max).description.hasSuffix(".807Z"))
    }
}
