import GitStore
import Testing

@Suite("Days of the calendar")
struct CivilDateTests {
    /// Pairs as `date -u -d DAY +%s` counts them, divided by 86 400.
    @Test(
        "Days are counted from 1970, before it, too",
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-01", 20_758),
            ("2100-03-01", 47_541), ("1600-02-29", -135_081), ("0001-01-01", -719_162),
        ])
    func counts(text: String, days: Int) {
        let date = CivilDate(daysSinceEpoch: days)
        #expect(date.description == text)
        #expect(date.daysSinceEpoch == days)
        #expect(date.isReal)
    }

    @Test("A day that no calendar has is not real", arguments: [(2026, 2, 29), (2100, 2, 29), (2026, 4, 31)])
    func unreal(year: Int, month: Int, day: Int) {
        #expect(!CivilDate(year: year, month: month, day: day).isReal)
    }

    @Test("Moments are written as RFC 3339 has it")
    func moments() {
        #expect(RFC3339.text(seconds: 1_793_557_800) == "2026-11-01T18:30:00Z")
        #expect(RFC3339.text(seconds: 1_793_557_800, offsetMinutes: -210) == "2026-11-01T15:00:00-03:30")
        #expect(RFC3339.text(seconds: -1, milliseconds: 7) == "1969-12-31T23:59:59.007Z")
        #expect(RFC3339.text(seconds: .max, offsetMinutes: 60) == "9223372036854775807")
    }
}
