import ArgumentParser
import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowRecords
import WorkflowSecrets

struct SecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Keep credentials encrypted, for the repository's runs.",
        discussion: """
            Values are sealed with AES-256-GCM in the git folder, never in history. Their key is a file of mode 0600 below \
            ~/.config/wfrepo/keys, or comes from a passphrase: keep a copy of it. A value is typed, or read from standard \
            input; it is never an argument.

            Example: pass show deploy/token | wfrepo secret set API_TOKEN
            """,
        subcommands: [
            SecretSetCommand.self, SecretListCommand.self, SecretRemoveCommand.self, SecretRotateCommand.self,
            SecretImportCommand.self, SecretCheckCommand.self,
        ])
}

/// What to do about damage where nobody can be asked.
struct RepairOptions: ParsableArguments {
    @Flag(help: "Bring the last good backup of damaged secrets back without asking.")
    var autoRestore = false

    /// The context that says so to all that is below.
    func applied(to context: CommandContext) -> CommandContext {
        guard autoRestore else { return context }
        var context = context
        context.environment[CommandContext.autoRestoreVariable] = "1"
        return context
    }
}

/// The store that a command works on, with what people are asked and told about it.
struct SecretSession {
    let context: CommandContext
    let repository: Repository
    let store: SecretStore

    init(_ context: CommandContext, _ repair: RepairOptions) throws {
        self.context = repair.applied(to: context)
        repository = try context.openRepository()
        store = try self.context.secretStore(of: repository)
    }

    /// Does `body`, after damage was dealt with.
    func whole<Result>(_ body: () throws -> Result) throws -> Result {
        try context.repairing(restore: { try store.restoreAndTell() }) { goesOn in
            // A change can't go on with a store that is not whole: it would seal the damage.
            guard !goesOn else {
                throw CommandFailure(
                    "a damaged store can be read, but not changed",
                    hint: "bring the last good one back: wfrepo secret check --auto-restore")
            }
            return try body()
        }
    }

    /// Tells the audit, by name, which secrets of the store were changed.
    func audit(_ kind: AuditEventKind, _ names: [SecretName], _ command: String) {
        let trail = context.auditTrail(repository, "wfrepo secret \(command)")
        let entries = names.map { trail.event(kind, ["secret": .string($0.description), "provider": "store"]) }
        context.tell(entries, to: trail, in: repository)
    }

    /// Says which values are too short to be hidden: masking takes them out of every word, and shows by that what they are.
    func warnOfShort(_ entries: [(name: SecretName, value: SecretValue)]) {
        for (name, value) in entries where value.text.utf8.count < SecretMask.shortestEncoded {
            context.errors.warning(
                "\(name) has fewer than \(SecretMask.shortestEncoded) characters: '***' takes their place in every word that "
                    + "has them, which makes output unreadable and tells what they are; their base64 is not hidden")
        }
    }

    /// Says where a new key is, once: who loses it loses the secrets.
    func tellOfKey(isNew: Bool) throws {
        guard isNew else { return }
        if let path = try store.keyPath() {
            context.errors.note(
                "the key is \(path); keep a copy of it in another place: without it the secrets are lost")
        } else {
            context.errors.note("without the passphrase the secrets are lost")
        }
    }
}
