import ArgumentParser
import WorkflowRecords
import WorkflowSecrets

struct SecretSetCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "set", abstract: "Keep a secret, or give one that is there a new value.",
        discussion: """
            The value is asked for without showing it, or read from standard input, whose last line break is left out. \
            The first secret makes the store.
            """)

    @Argument(help: "The name, as in secrets.NAME.")
    var name: String

    @Flag(help: "Protect a new store with a passphrase, instead of a key in a file.")
    var passphrase = false

    @OptionGroup var repair: RepairOptions

    func run(in context: CommandContext) throws {
        let session = try SecretSession(context, repair)
        let name = try SecretName(name)
        let isNew = !session.store.exists
        if passphrase, try session.whole({ try session.store.isProtectedByPassphrase() }) == false {
            throw CommandFailure(
                "a key in a file protects the store", hint: "change that: wfrepo secret rotate --key --passphrase")
        }
        let value = try SecretInput(context: context).value(of: name)
        try session.whole {
            try session.store.set(
                [(name, value)], protection: passphrase ? .passphrase : .keyFile, passphrase: session.context.passphrase
            )
        }
        session.audit(.secretSet, [name], "set")
        context.output.writeLine("\(name) is kept.")
        session.warnOfShort([(name, value)])
        try session.tellOfKey(isNew: isNew)
    }
}

/// The value of a secret, from the person or the program that gives it.
struct SecretInput {
    let context: CommandContext

    func value(of name: SecretName) throws -> SecretValue {
        if context.terminal.inputIsTerminal {
            return try SecretValue(
                HiddenPrompt().askTwice("Value of \(name) (not shown):", again: "The same again:"), of: name)
        }
        // More than fits, so that what is too long is said of the secret.
        var bytes = try context.readFile("-", limit: 16 << 20)
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return try SecretValue(bytes, of: name)
    }
}
