import ArgumentParser
import DocumentTree
import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowSecrets

struct SecretCheckCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "check",
        abstract: "Check the store, and whether every secret that a workflow declares has a value.",
        discussion: "Commands that give secrets are not run. The exit status is 1 where something is missing.")

    @Flag(help: "Take .env files that were changed by hand as they are now.")
    var accept = false

    @OptionGroup var repair: RepairOptions
    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let session = try SecretSession(context, repair)
        let kept = Set(try session.whole { try session.store.verify(passphrase: session.context.passphrase) })
        let needs = try needs(session)
        var results: [Result] = []
        for need in needs { results.append(try result(of: need, kept: kept, session)) }
        let declared = Set(needs.map(\.declaration.name))
        let unused = kept.filter { !declared.contains($0.description) }.sorted()
        try form.json
            ? write(results, kept: kept.sorted(), unused: unused, asJSON: context.output)
            : write(results, kept: kept.sorted(), unused: unused, to: context.output)
        guard results.allSatisfy({ $0.problem == nil }) else { throw Ended(status: .negative) }
    }

    /// A secret that workflows declare.
    private struct Need {
        var declaration: SecretDeclaration
        var workflows: [String]
    }

    private struct Result {
        var need: Need
        /// Who gives it.
        var giver: String
        /// Why nobody does.
        var problem: String?
    }

    private func needs(_ session: SecretSession) throws -> [Need] {
        guard let tip = try session.repository.head.tip else { return [] }
        let workflows = WorkflowRepository(session.repository)
        var needs: [SecretDeclaration: [String]] = [:]
        for file in try workflows.workflows(in: session.repository.commit(tip).tree).files {
            let parsed = Workflow.parse(try workflows.definition(file), name: file.name, file: file.path)
            for secret in parsed.workflow?.secrets ?? [] { needs[secret, default: []].append(file.name.description) }
        }
        return needs.map { Need(declaration: $0.key, workflows: $0.value.sorted()) }
            .sorted { ($0.declaration.name, $0.workflows[0]) < ($1.declaration.name, $1.workflows[0]) }
    }

    private func result(of need: Need, kept: Set<SecretName>, _ session: SecretSession) throws -> Result {
        let secret = need.declaration
        func inStore(_ name: String) -> Bool { (try? SecretName(name)).map(kept.contains) ?? false }
        func fromEnvironment(_ name: String) -> Bool { session.context.variable(name) != nil }
        switch secret.provider {
        case .any where fromEnvironment(secret.name): return Result(need: need, giver: "environment")
        case .any where inStore(secret.name): return Result(need: need, giver: "store")
        case .any: return Result(need: need, giver: "any", problem: "no value: wfrepo secret set \(secret.name)")
        case .store(let name):
            return Result(
                need: need, giver: "store", problem: inStore(name) ? nil : "no value: wfrepo secret set \(name)")
        case .environment(let variable):
            return Result(
                need: need, giver: "environment", problem: fromEnvironment(variable) ? nil : "\(variable) is not set")
        case .file(let path, let key):
            return Result(need: need, giver: path, problem: try fault(ofFile: path, key: key, session))
        case .command: return Result(need: need, giver: "a command, not run")
        }
    }

    private func fault(ofFile path: String, key: String, _ session: SecretSession) throws -> String? {
        let file = EnvironmentFilePlace(path, in: session.repository, session.context).file
        if accept, try file.readUnchecked() != nil { try file.accept() }
        do {
            let bytes = try session.context.repairing(
                restore: { try file.restoreAndTell(now: session.context.now.seconds) }
            ) { goesOn in
                if goesOn { try file.accept() }
                return try file.read()
            }
            guard let bytes else { return "there is no such file" }
            return try EnvironmentFile(bytes, name: path)[SecretName(key)] == nil ? "\(path) has no \(key)" : nil
        } catch {
            guard let error = error as? SecretsError else { throw error }
            let advice = error.code == .damaged ? "; take it as it is: wfrepo secret check --accept" : ""
            return error.description + advice
        }
    }

    private func write(_ results: [Result], kept: [SecretName], unused: [SecretName], to output: TextOutput) {
        output.writeLine("The store is whole: \(kept.count) secret\(kept.count == 1 ? "" : "s").")
        var table = Table()
        for result in results {
            table.add(
                .init(result.problem == nil ? "✓" : "✗", result.problem == nil ? .green : .red),
                .init(result.need.declaration.name, .bold), .init(result.problem ?? result.giver),
                .init(result.need.workflows.joined(separator: ", "), .dim))
        }
        table.write(to: output)
        if !unused.isEmpty {
            output.writeLine("No workflow declares \(unused.map(\.description).joined(separator: ", ")).")
        }
    }

    private func write(_ results: [Result], kept: [SecretName], unused: [SecretName], asJSON output: TextOutput) throws
    {
        try output.writeJSON([
            "secrets": .sequence(kept.map { .string($0.description) }),
            "unused": .sequence(unused.map { .string($0.description) }),
            "declared": .sequence(
                results.map { result in
                    [
                        "name": .string(result.need.declaration.name),
                        "provider": .string(result.need.declaration.provider.word), "from": .string(result.giver),
                        "workflows": .sequence(result.need.workflows.map { .string($0) }),
                        "problem": Value(result.problem),
                    ]
                }),
        ])
    }
}
