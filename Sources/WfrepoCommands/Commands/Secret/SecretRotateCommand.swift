import ArgumentParser
import DocumentTree
import WorkflowRecords
import WorkflowSecrets

struct SecretRotateCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "rotate", abstract: "Give a secret a new value, or all of them a new key.",
        discussion: """
            With a name, the secret must be there, and its new value is read as by 'set'. With --key, every value is \
            sealed anew under a new key; the old key and the backups that it opens are taken away.
            """)

    @Argument(help: "The secret that gets a new value.", completion: .secrets)
    var name: String?

    @Flag(help: "Make a new key.")
    var key = false

    @Flag(help: "The new key comes from a new passphrase, not from a file.")
    var passphrase = false

    @OptionGroup var repair: RepairOptions

    func validate() throws {
        if key == (name != nil) { throw ValidationError("Name a secret, or use --key.") }
        if passphrase, !key { throw ValidationError("--passphrase makes sense only beside --key.") }
    }

    func run(in context: CommandContext) throws {
        let session = try SecretSession(context, repair)
        guard let text = name else { return try changeKey(session) }
        let name = try SecretName(text)
        let known = try session.whole { try session.store.listings() }
        guard known.contains(where: { $0.name == name }) else {
            let near = NearestName.hint(for: text, among: known.map(\.name.description))
            throw CommandFailure("there is no secret \(name)", hint: near ?? "keep it: wfrepo secret set \(name)")
        }
        let value = try SecretInput(context: context).value(of: name)
        try session.whole { try session.store.set([(name, value)], passphrase: session.context.passphrase) }
        session.audit(.secretSet, [name], "rotate")
        context.output.writeLine("\(name) has a new value.")
        session.warnOfShort([(name, value)])
    }

    private func changeKey(_ session: SecretSession) throws {
        try session.whole {
            try session.store.changeKey(
                to: passphrase ? .passphrase : .keyFile, passphrase: session.context.passphrase)
        }
        session.audit(.secretSet, try session.store.listings().map(\.name), "rotate --key")
        session.context.output.writeLine("The secrets have a new key.")
        try session.tellOfKey(isNew: true)
    }
}
