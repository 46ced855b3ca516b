import DocumentTree
import Testing

@Suite("Searching a text instead of parsing it")
struct TextMentionTests {
    @Test(
        "What a text may say in some spelling is never denied",
        arguments: ["on: commit\n", "on: {'commit': {}}", "# commit", #"on: "\x63ommit""#, "on: \"com\\\n  mit\""])
    func may(text: String) {
        #expect(mayMention("commit", in: Array(text.utf8)))
    }

    @Test("What it can't say is denied", arguments: ["", "on: push\n", "com mit", "commi", "COMMIT"])
    func never(text: String) {
        #expect(!mayMention("commit", in: Array(text.utf8)))
    }
}
