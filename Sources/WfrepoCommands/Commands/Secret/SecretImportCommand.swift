import ArgumentParser
import WorkflowRecords
import WorkflowSecrets

struct SecretImportCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "import", abstract: "Keep what a .env file holds, all of it or nothing.")

    @Argument(help: ArgumentHelp("The file, or - for standard input.", valueName: "file.env"), completion: .file())
    var file: String

    @Flag(help: "Give secrets that are there already the file's values.")
    var replace = false

    @Flag(help: "Protect a new store with a passphrase, instead of a key in a file.")
    var passphrase = false

    @OptionGroup var repair: RepairOptions

    func run(in context: CommandContext) throws {
        let session = try SecretSession(context, repair)
        let entries = try EnvironmentFile(try context.readFile(file, limit: 4 << 20), name: file).entries
        guard !entries.isEmpty else { throw CommandFailure("\(file) holds no entries") }
        let isNew = !session.store.exists
        try session.whole {
            try session.store.set(
                entries, protection: passphrase ? .passphrase : .keyFile, replaces: replace,
                passphrase: session.context.passphrase)
        }
        let names = entries.map(\.name)
        session.audit(.secretSet, names, "import")
        for name in names { context.output.writeLine("\(name) is kept.") }
        session.warnOfShort(entries)
        if file != "-" {
            context.errors.note("\(file) still holds the values in clear text")
        }
        try session.tellOfKey(isNew: isNew)
    }
}
