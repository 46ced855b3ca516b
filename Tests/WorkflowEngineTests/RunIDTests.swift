import Testing
import WorkflowEngine

@Suite struct RunIDTests {
    /// The example of the ULID specification.
    @Test func isReadAndWrittenAsTheSpecificationSays() throws {
        let id = try #require(RunID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        #expect(id.submitted.milliseconds == 1_469_922_850_259)
        #expect(id.description == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(RunID("01arz3ndektsv4rrffq69g5fav") == id)
    }

    @Test func readsLookAlikes() {
        #expect(RunID("OlARZ3NDEKTSV4RRFFQ69G5FAV") == RunID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    }

    @Test(arguments: ["", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "é"])
    func refusesWhatIsNone(text: String) {
        #expect(RunID(text) == nil)
    }

    @Test func takesTimeAndRandomnessFromItsSource() {
        let source = RunIDSource(clock: FixedClock(1_469_922_850_259), random: { 0 })
        #expect(source.next().description == "01ARZ3NDEK0000000000000000")
    }

    @Test func growsWithinOneMillisecondAndWhenTheClockGoesBack() {
        let clock = FixedClock(1_469_922_850_259)
        let source = RunIDSource(clock: clock, random: { .max })
        var made = [source.next(), source.next()]
        clock.set(1_469_922_850_000)
        made.append(source.next())
        #expect(made == made.sorted())
        #expect(Set(made).count == 3)
    }
}
