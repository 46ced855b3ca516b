import Testing
import WorkflowHistory

@Suite struct MessageTests {
    private static let messy = "\n\n  \nSubject  \t\n\n\n\nBody \n# a comment\n\n#\nEnd\n\n\n"

    /// Expected as `git stripspace [--strip-comments]` prints it.
    @Test func cleansAsGitDoes() throws {
        let scratch = try Scratch()
        try scratch.write(Self.messy, "message")
        try scratch.run("git stripspace < message > plain && git stripspace -s < message > stripped")
        #expect(MessageCleanup.whitespace.clean(Self.messy) == (try scratch.read("plain")))
        #expect(MessageCleanup.strip.clean(Self.messy) == (try scratch.read("stripped")))
        #expect(MessageCleanup.verbatim.clean(Self.messy) == Self.messy)
        #expect(MessageCleanup.strip.clean("# only\n#comments\n") == "")
        let cut = "kept\n# ------------------------ >8 ------------------------\ncut\n"
        #expect(MessageCleanup.scissors.clean(cut) == "kept\n")
        #expect(MessageCleanup.strip.clean("a\r\n\r\n\r\nb\r\n") == "a\n\nb\n")
        #expect(MessageCleanup.strip.clean("; gone\n# kept", commentCharacter: ";") == "# kept\n")
    }

    @Test func choosesTheModeOfTheSetting() {
        #expect(MessageCleanup.configured(nil, isEdited: false) == .whitespace)
        #expect(MessageCleanup.configured(nil, isEdited: true) == .strip)
        #expect(MessageCleanup.configured("scissors", isEdited: false) == .whitespace)
        #expect(MessageCleanup.configured("verbatim", isEdited: true) == .verbatim)
    }

    /// What git reads as trailers is what was meant as such.
    @Test func writesTrailersThatGitReads() throws {
        let scratch = try Scratch()
        let message = CommitMessage(
            subject: "A subject\nin two lines", body: "Body: not a trailer\n\nMore.",
            trailers: [Trailer("Reason", "first\n\nKey: second"), Trailer("Rollback-To", "deploy@v5")])
        try scratch.write(message.description, "message")
        try scratch.run("git interpret-trailers --parse --unfold message > trailers")
        #expect(try scratch.read("trailers") == "Reason: first Key: second\nRollback-To: deploy@v5\n")
        #expect(message.description.hasPrefix("A subject in two lines\n\nBody"))
    }
}
