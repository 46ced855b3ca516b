import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Keep copies of everything outside the repository, and bring them back.",
        discussion: """
            A backup is one file: history, records, runs in flight, secrets (still encrypted, without their key) and git's \
            configuration. It is consistent while runs go on. Backups are kept in ~/.local/share/wfrepo/backups.
            """,
        subcommands: [
            BackupCreateCommand.self, BackupListCommand.self, BackupVerifyCommand.self, BackupRestoreCommand.self,
            BackupPruneCommand.self,
        ])
}

/// Where backups are kept.
struct ShelfOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of the backups.", valueName: "dir"), completion: .directory)
    var folder: String?
}

struct BackupCreateCommand: WfrepoCommand {
    static let manual = CommandConfiguration(commandName: "create", abstract: "Make a backup.")

    @Flag(help: "Seal it under a passphrase, which is asked for, or taken as 'wfrepo secret' takes it.")
    var encrypt = false

    @OptionGroup var shelf: ShelfOptions
    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        let (id, path, manifest) = try context.makeBackup(of: repository, in: shelf.folder, isSealed: encrypt)
        if form.json {
            return try context.output.writeJSON([
                "id": .string(id), "path": .string(path), "encrypted": .bool(encrypt),
                "references": .integer(manifest.references.count),
                "parts": .sequence(manifest.parts.map { ["name": .string($0.name), "size": .integer($0.size)] }),
            ])
        }
        context.output.writeLine("backup \(id): \(visible(path))")
    }
}

struct BackupListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(commandName: "list", abstract: "List the backups, newest first.")

    @OptionGroup var shelf: ShelfOptions
    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let items = try BackupShelf(context, context.openRepository(), named: shelf.folder).items()
        if form.json {
            return try context.output.writeJSON(
                .sequence(
                    items.map { ["id": .string($0.id), "path": .string($0.path), "size": .integer($0.size)] }))
        }
        var table = Table()
        for item in items { table.add(.init(item.id, .bold), .init("\(item.size) bytes", alignsRight: true)) }
        table.write(to: context.output)
        if items.isEmpty { context.errors.writeLine("No backups yet: wfrepo backup create makes one.") }
    }
}

struct BackupVerifyCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "verify", abstract: "Restore a backup into a scratch folder, and compare.",
        discussion: "Every part's sum, every object, every reference and the journal are checked.")

    @Argument(
        help: "The backup's id, the beginning of it, or a file; the latest where none is named.", completion: .backups)
    var backup: String?

    @OptionGroup var shelf: ShelfOptions

    func run(in context: CommandContext) throws {
        let shelf = try BackupShelf(context, context.openRepository(), named: shelf.folder)
        let path = try shelf.path(of: backup, context)
        let reader = try BackupFileReader(path) { try context.passphrase(isNew: false) }
        try BackupVerification(context: context, reader: reader).verify(in: DurableFile.folder(of: path))
        context.output.writeLine(
            "backup \(reader.manifest.id) is whole: \(reader.manifest.references.count) references, \(reader.manifest.parts.count) parts"
        )
    }
}

struct BackupPruneCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "prune", abstract: "Take old backups away.",
        discussion: """
            The last ones stay, and the newest one of each of the last days and months that have any. What is not given \
            says 'backups: {keep: {last, daily, monthly}}' in wfrepo.yaml; else 7, 14 and 12 stay.
            """)

    @Option(help: "How many of the last ones stay.") var keepLast: Int?
    @Option(help: "Of how many days the newest one stays.") var keepDaily: Int?
    @Option(help: "Of how many months the newest one stays.") var keepMonthly: Int?

    @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Say what would go, and leave it.")
    var dryRun = false

    @OptionGroup var shelf: ShelfOptions

    func validate() throws {
        let given = [keepLast, keepDaily, keepMonthly].compactMap { $0 }
        if given.contains(where: { $0 < 0 }) || (given.count == 3 && given.allSatisfy { $0 == 0 }) {
            throw ValidationError("Keep at least one: the numbers are whole numbers from 0, and not all 0.")
        }
    }

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        let shelf = try BackupShelf(context, repository, named: shelf.folder)
        var keeping = try WorkflowRepository(repository).settings().backups ?? .standard
        keeping.last = keepLast ?? keeping.last
        keeping.daily = keepDaily ?? keeping.daily
        keeping.monthly = keepMonthly ?? keeping.monthly
        let (gone, kept) = try shelf.prune(keeping, dryRun: dryRun)
        for item in gone { context.output.writeLine("\(dryRun ? "would remove" : "removed") \(item.id)") }
        context.output.writeLine("\(kept) of \(kept + gone.count) stay\(kept == 1 ? "s" : "").")
    }
}
