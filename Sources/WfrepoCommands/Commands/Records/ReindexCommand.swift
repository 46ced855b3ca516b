import ArgumentParser
import GitStore
import WorkflowRecords

struct ReindexCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "reindex", abstract: "Make the index over history, records and audit anew.",
        discussion: """
            The index is derived from git and may be deleted at any time; commands keep it up to date. It is made anew by \
            itself where it is missing, damaged or of another version.
            """)

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func run(in context: CommandContext) throws {
        // Whether what is read is true is for `verify` to say.
        try Library.readWithoutHashing()
        let repository = try context.openRepository()
        if let reason = RecordIndex.whyNotKept(in: repository) {
            throw CommandFailure(
                "cannot make index \(RecordIndex.path(in: repository)): \(reason)",
                hint:
                    "nothing is missing: where no index can be kept, each command makes one in memory; to keep one, make "
                    + "the repository writable")
        }
        let index = try context.openIndex(repository, anew: true, isQuiet: quiet)
        if quiet { return }
        let counts = try index.counts()
        let parts = [(counts.versions, "version"), (counts.runs, "run"), (counts.events, "audit event")]
        let words = parts.map { count, name in "\(count) \(name)\(count == 1 ? "" : "s")" }
        context.output.writeLine("indexed " + words.joined(separator: ", "))
    }
}
