import ArgumentParser
import DocumentTree
import WorkflowRecords
import WorkflowSecrets

struct SecretRemoveCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "rm", abstract: "Take secrets away.",
        discussion: """
            The backups hold their values still, encrypted; 'wfrepo secret rotate --key' takes those away, too. A \
            credential that somebody may have seen has to be withdrawn where it is valid.
            """)

    @Argument(help: "The names.", completion: .secrets)
    var names: [String]

    @OptionGroup var repair: RepairOptions

    func run(in context: CommandContext) throws {
        let session = try SecretSession(context, repair)
        let names = try names.map { try SecretName($0) }
        // Nothing is taken away where one of them is not there, and so nothing need be kept.
        let known = Set(try session.whole { try session.store.listings() }.map(\.name))
        if let missing = names.first(where: { !known.contains($0) }) {
            let near = NearestName.hint(for: missing.description, among: known.map(\.description).sorted())
            throw CommandFailure("there is no secret \(missing)", hint: near ?? "list them: wfrepo secret list")
        }
        try session.context.backUp(session.repository, before: "secrets were removed")
        try session.whole { try session.store.remove(names, passphrase: session.context.passphrase) }
        session.audit(.secretRemoved, names, "rm")
        for name in names { context.output.writeLine("\(name) is gone.") }
    }
}
