import ArgumentParser
import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage

struct BackupRestoreCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a backup back: into a new folder, into this repository, or one workflow of it.",
        discussion: """
            With --to, the whole repository is made anew in a folder that is empty or not there. With --workflow, one \
            definition comes back as a commit. With --in-place, branches, tags and records of this repository come back \
            where the backup has others, and its journal and secrets where they are missing or damaged. A backup of what \
            is there is made before, and nothing is overwritten without asking.

            Examples: wfrepo backup restore --to ../orders-again; wfrepo backup restore 20261101 --workflow deploy
            """)

    @Argument(
        help: "The backup's id, the beginning of it, or a file; the latest where none is named.", completion: .backups)
    var backup: String?

    @Option(help: ArgumentHelp("Make the repository anew in this folder.", valueName: "dir"), completion: .directory)
    var to: String?

    @Option(help: ArgumentHelp("Bring this workflow back.", valueName: "name"), completion: .workflows)
    var workflow: String?

    @Flag(help: "Bring everything back into this repository.")
    var inPlace = false

    @Flag(help: "With --in-place: take a backup of a repository that has no commit in common with this one, too.")
    var allowUnrelatedHistories = false

    @Flag(name: [.customShort("y"), .customLong("yes")], help: "Overwrite without asking.")
    var yes = false

    @OptionGroup var shelf: ShelfOptions

    func validate() throws {
        if [to != nil, workflow != nil, inPlace].count(where: { $0 }) != 1 {
            throw ValidationError("Give --to DIR, --workflow NAME or --in-place.")
        }
        if allowUnrelatedHistories, !inPlace {
            throw ValidationError("--allow-unrelated-histories makes sense only beside --in-place.")
        }
    }

    func run(in context: CommandContext) throws {
        let shelfFolder: String
        let path: String
        if let named = backup, access(context.absolute(named), F_OK) == 0 {
            // A file can be restored where the repository is lost.
            path = context.absolute(named)
            shelfFolder = DurableFile.folder(of: path)
        } else {
            let shelf = try BackupShelf(context, context.openRepository(), named: shelf.folder)
            path = try shelf.path(of: backup, context)
            shelfFolder = shelf.folder
        }
        let reader = try BackupFileReader(path) { try context.passphrase(isNew: false) }
        let scratch = "\(shelfFolder)/.restoring-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        // What can't be removed is only in the way.
        defer { try? SystemFile.removeAll(scratch) }
        try reader.extract(to: scratch)
        let restored = RestoredRepository(context: context, manifest: reader.manifest, parts: scratch)
        if let folder = to { return try makeAnew(restored, in: context.absolute(folder), context) }
        if inPlace {
            let restoration = try RestorationInPlace(context, try context.openRepository(), restored)
            return try restoration.perform(
                backup ?? reader.manifest.id, shelf: shelf.folder, allowsUnrelated: allowUnrelatedHistories
            ) { try confirm($0, context) }
        }
        try restored.make(at: "\(scratch)/repository", isBare: true)
        try bringBack(from: "\(scratch)/repository", reader.manifest, context)
    }

    private func makeAnew(_ restored: RestoredRepository, in folder: String, _ context: CommandContext) throws {
        guard rmdir(folder) == 0 || errno == ENOENT else {
            throw CommandFailure(
                "\(folder) is there, and not empty", hint: "name a folder that is not there: --to \(folder)-restored")
        }
        try restored.make(at: folder, isBare: false)
        context.output.writeLine("backup \(restored.manifest.id) is in \(visible(folder))")
        context.output.writeLine("Set it up: wfrepo -C '\(visible(folder))' init")
    }

    private func bringBack(from folder: String, _ manifest: BackupManifest, _ context: CommandContext) throws {
        let repository = try context.openRepository()
        let workflows = WorkflowRepository(repository)
        let name = try context.workflowName(workflow ?? "")
        let old = WorkflowRepository(try Repository.open(folder))
        guard let tip = try old.repository.head.tip,
            let file = try old.file(of: name, in: try old.repository.commit(tip).tree)
        else {
            throw CommandFailure("backup \(manifest.id) has no workflow \(name) on \(manifest.branch ?? "its branch")")
        }
        let bytes = try old.definition(file)
        guard let root = repository.workTree else {
            throw CommandFailure(
                "a bare repository has no work tree to write to", hint: "restore it in a clone, and push")
        }
        let place = root + file.path
        let present = try DurableFile.read(place)
        guard present != bytes else { return context.output.writeLine("\(name) is as the backup has it.") }
        if present != nil { try confirm("\(file.path) is there and differs. Overwrite it?", context) }
        try context.backUp(repository, before: "restoring \(name)", in: shelf.folder)
        try DurableFile.makeFolders(DurableFile.folder(of: place))
        try DurableFile.write(bytes, to: place)
        let saved = try workflows.commit(
            CommitRequest(
                .only([name], paths: []),
                message: "Restore \(name) from backup \(manifest.id)\n\nRestored-From: \(manifest.id)\n"),
            context: try context.saveContext(repository))
        context.report(saved)
    }

    private func confirm(_ question: String, _ context: CommandContext) throws {
        if yes { return }
        guard context.terminal.inputIsTerminal else {
            throw CommandFailure("\(question) Nobody is there to answer.", hint: "give --yes")
        }
        guard context.terminal.confirms(question, on: context.errors) else {
            throw CommandFailure("Nothing was changed.", status: .negative)
        }
    }
}
