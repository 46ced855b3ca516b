import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct TrustCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "trust", abstract: "Allow commits and pushes to start runs in this repository.",
        discussion: """
            Runs execute what the repository's workflows say, as you. Nothing fires in a repository that its user has not \
            trusted. The trust is bound to this folder and does not follow a copy of it. It is for what the allow-lists in \
            wfrepo.yaml allow when you give it: once they allow more, nothing fires until you trust it again.
            """)

    @Flag(help: "Take the trust away.")
    var revoke = false

    @Flag(help: "List the repositories that you trust.")
    var list = false

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if revoke, list { throw ValidationError("--revoke and --list exclude each other.") }
    }

    func run(in context: CommandContext) throws {
        let store = try context.trustStore()
        if list { return try show(try store.entries(), in: context) }
        let repository = try context.openRepository()
        let place = repository.workTree ?? repository.gitDirectory
        let allowing = try revoke ? .everything : WorkflowRepository(repository).settings().allowing
        var added: [String] = []
        if !revoke, case .widened(let excess) = try store.standing(of: repository, allowing: allowing) {
            added = excess
        }
        let changed =
            try revoke
            ? store.distrust(repository) : store.trust(repository, allowing: allowing, now: context.now.seconds)
        if changed { tell(revoke ? .trustRemoved : .trustGiven, added, repository, context) }
        if form.json {
            return try context.output.writeJSON([
                "path": .string(place), "trusted": .bool(!revoke), "changed": .bool(changed),
                "added": .sequence(added.map(Value.string)),
            ])
        }
        let words =
            revoke
            ? changed ? "No longer trusted" : "It was not trusted" : changed ? "Trusted" : "Trusted already"
        context.output.writeLine("\(words): \(visible(place))" + (added.isEmpty ? "" : ", now also with"))
        for line in added { context.output.writeLine("  \(visible(line))") }
    }

    private func tell(
        _ kind: AuditEventKind, _ added: [String], _ repository: Repository, _ context: CommandContext
    ) {
        let trail = context.auditTrail(repository, "wfrepo trust")
        let details: ValueMapping = added.isEmpty ? [:] : ["added": .sequence(added.map(Value.string))]
        context.tell([trail.event(kind, details)], to: trail, in: repository)
    }

    private func show(_ entries: [TrustStore.Entry], in context: CommandContext) throws {
        if form.json {
            return try context.output.writeJSON(
                .sequence(
                    entries.map {
                        [
                            "path": .string($0.path),
                            "since": .string(RFC3339.text(seconds: $0.since)),
                        ]
                    }))
        }
        for entry in entries { context.output.writeLine(visible(entry.path)) }
    }
}
