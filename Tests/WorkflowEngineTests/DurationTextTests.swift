import Testing
import WorkflowEngine

@Suite struct DurationTextTests {
    @Test(arguments: [
        (0, "0 ms"), (43, "43 ms"), (999, "999 ms"), (1_200, "1.20 s"), (3_249, "3.24 s"), (59_999, "59.99 s"),
        (60_000, "1 m 00 s"), (125_000, "2 m 05 s"), (7_500_000, "2 h 05 m"), (352_800_000, "4 d 02 h"), (-5, "0 ms"),
    ])
    func peopleReadIt(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).shortText == text)
    }
}
