import ArgumentParser
import DocumentTree
import GitStore
import WorkflowSecrets

struct SecretListCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "list", abstract: "List the secrets by name; their values are never shown.")

    @OptionGroup var repair: RepairOptions
    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let session = try SecretSession(context, repair)
        let listings = try session.whole { try session.store.listings() }
        if form.json {
            return try context.output.writeJSON(
                .sequence(
                    listings.map { secret in
                        [
                            "name": .string(secret.name.description),
                            "created": .string(RFC3339.text(seconds: secret.created)),
                            "changed": .string(RFC3339.text(seconds: secret.changed)),
                        ]
                    }))
        }
        var table = Table()
        for secret in listings {
            let date = RFC3339.text(seconds: secret.changed, offsetMinutes: context.now.offsetMinutes)
            table.add(.init(secret.name.description, .bold), .init("set \(date)", .dim))
        }
        table.write(to: context.output)
        if listings.isEmpty { context.errors.writeLine("No secrets yet: wfrepo secret set NAME keeps one.") }
    }
}
