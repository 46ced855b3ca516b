import DocumentTree
import Testing

@Suite("Finding what a mistyped name meant")
struct NearestNameTests {
    @Test(
        "A name is found through one slip",
        arguments: [
            ("shedule", "schedule"), ("schedulee", "schedule"), ("scedhule", "schedule"), ("SCHEDULE", "schedule"),
            ("psuh", "push"), ("öffnem", "öffnen"),
        ])
    func near(typed: String, meant: String) {
        #expect(NearestName.nearest(to: typed, among: ["webhook", "push", "schedule", "öffnen"]) == meant)
    }

    @Test("What is far from every name is no slip of any", arguments: ["x", "deploy", "", "scheme"])
    func far(typed: String) {
        #expect(NearestName.nearest(to: typed, among: ["webhook", "push", "schedule"]) == nil)
    }

    @Test("The first of the names that are equally near is taken, and asked for")
    func hint() {
        #expect(NearestName.nearest(to: "z", among: ["x", "y"]) == nil)
        #expect(NearestName.hint(for: "stap", among: ["step", "stop"]) == "did you mean `step`?")
    }

    @Test("Long names cost no more than their first 64 letters")
    func long() {
        let long = String(repeating: "a", count: 1_000_000)
        #expect(NearestName.nearest(to: long, among: [long + "b"]) == long + "b")
    }
}
