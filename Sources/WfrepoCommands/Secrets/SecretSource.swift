import GitStore
import WorkflowHistory
import WorkflowLanguage
import WorkflowSecrets

/// Gets the values of the secrets that workflows declare, each from who the workflow says gives it.
///
/// It remembers what it got, so that a passphrase is asked for once a process. The store, files and commands are used only
/// in a repository that the user trusts: the repository says which, and could say anything.
final class SecretSource {
    private let context: CommandContext
    private let repository: Repository
    private var known: [SecretDeclaration: SecretValue] = [:]
    private var passphrase: [UInt8]?
    private var isTrusted: Bool?

    init(_ context: CommandContext, _ repository: Repository) {
        self.context = context
        self.repository = repository
    }

    /// The values of all secrets of a workflow, by name.
    ///
    /// - Throws: where one has none; every missing one is named.
    func values(of workflow: Workflow) throws -> [String: String] {
        let fromStore = try storeValues(workflow.secrets.filter { known[$0] == nil })
        var missing: [SecretDeclaration] = []
        for declaration in workflow.secrets where known[declaration] == nil {
            if let value = try value(of: declaration, fromStore) {
                known[declaration] = value
            } else {
                missing.append(declaration)
            }
        }
        if let first = missing.first { throw failure(missing, hint: advice(on: first), of: workflow) }
        return Dictionary(
            workflow.secrets.compactMap { secret in known[secret].map { (secret.name, $0.text) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The variables that hold secrets, which steps get only where they ask for them.
    func variables(of workflow: Workflow) -> Set<String> {
        Set(
            workflow.secrets.map { secret in
                if case .environment(let variable) = secret.provider { variable } else { secret.name }
            } + CommandContext.secretVariables)
    }

    private func value(
        of declaration: SecretDeclaration, _ fromStore: [SecretName: SecretValue]
    ) throws -> SecretValue? {
        let name = try SecretName(declaration.name)
        switch declaration.provider {
        case .any: return try variable(declaration.name, name) ?? fromStore[name]
        case .environment(let variable): return try self.variable(variable, name)
        case .store(let entry): return fromStore[try SecretName(entry)]
        case .file(let path, let key): return try entry(key, ofFile: path)
        case .command(let command):
            try requireTrust(for: declaration)
            var output = try context.outputOfShell(command, in: root)
            if output.last == 0x0A { output.removeLast() }
            return try SecretValue(output, of: name)
        }
    }

    private func variable(_ variable: String, _ name: SecretName) throws -> SecretValue? {
        try context.variable(variable).map { try SecretValue(Array($0.utf8), of: name) }
    }

    /// What the store has of these, all at once: its key is made from a passphrase only once.
    private func storeValues(_ declarations: [SecretDeclaration]) throws -> [SecretName: SecretValue] {
        let wanted = try declarations.compactMap { declaration -> SecretName? in
            switch declaration.provider {
            case .any: context.variable(declaration.name) == nil ? try SecretName(declaration.name) : nil
            case .store(let entry): try SecretName(entry)
            case .environment, .file, .command: nil
            }
        }
        // Where no secret is wanted of the store, it need not have a place: services run without a home.
        guard let first = declarations.first, !wanted.isEmpty else { return [:] }
        let store = try context.secretStore(of: repository)
        guard store.exists else { return [:] }
        try requireTrust(for: first)
        return try context.repairing(restore: { try store.restoreAndTell() }) { ignoringDamage in
            try store.values(wanted, ignoringDamage: ignoringDamage, passphrase: rememberedPassphrase)
        }
    }

    private func entry(_ key: String, ofFile path: String) throws -> SecretValue? {
        try requireTrust(for: SecretDeclaration(name: key, provider: .file(path, key: key)))
        let file = EnvironmentFilePlace(path, in: repository, context).file
        let bytes = try context.repairing(restore: { try file.restoreAndTell(now: context.now.seconds) }) { goesOn in
            if goesOn { try file.accept() }
            return try file.read()
        }
        guard let bytes else {
            throw CommandFailure("\(path): there is no such file of secrets", hint: "its path starts at \(root)")
        }
        return try EnvironmentFile(bytes, name: path)[SecretName(key)]
    }

    private var root: String { repository.workTree ?? repository.gitDirectory }

    private func rememberedPassphrase(_ isNew: Bool) throws -> [UInt8] {
        if let passphrase { return passphrase }
        let answer = try context.passphrase(isNew: isNew)
        passphrase = answer
        return answer
    }

    private func requireTrust(for declaration: SecretDeclaration) throws {
        let trusted = try isTrusted ?? context.trustStore().trusts(repository)
        isTrusted = trusted
        guard trusted else {
            throw CommandFailure(
                "the secret \(declaration.name) is not read: this repository is not trusted",
                hint: "look at what its workflows do with secrets, then: wfrepo trust")
        }
    }

    private func failure(_ missing: [SecretDeclaration], hint: String, of workflow: Workflow) -> CommandFailure {
        let names = missing.map(\.name).joined(separator: ", ")
        let what = missing.count == 1 ? "the secret \(names) has no value" : "the secrets \(names) have no values"
        return CommandFailure("\(workflow.name): \(what)", hint: hint)
    }

    private func advice(on declaration: SecretDeclaration) -> String {
        switch declaration.provider {
        case .any:
            "keep it encrypted: wfrepo secret set \(declaration.name), or set the environment variable of that name"
        case .store(let entry): "keep it encrypted: wfrepo secret set \(entry)"
        case .environment(let variable): "set the environment variable \(variable) for this command"
        case .file(let path, let key): "add a line to \(path): \(key)=…"
        case .command(let command): "the command '\(command)' must print it"
        }
    }
}

/// Where a `.env` file is that a workflow names.
struct EnvironmentFilePlace {
    let file: GuardedFile

    /// - Parameter path: Absolute, below `~/`, or from the user's work tree.
    init(_ path: String, in repository: Repository, _ context: CommandContext) {
        var path = path
        if path.hasPrefix("~/"), let home = context.variable("HOME") {
            path = home + path.dropFirst()
        } else if !path.hasPrefix("/") {
            let root = repository.workTree ?? repository.gitDirectory
            path = (root.hasSuffix("/") ? root : root + "/") + path
        }
        file = GuardedFile(path, folder: context.secretsFolder(of: repository), takesFirst: true)
    }
}

extension SecretStore {
    /// Restores the last good backup; returns what to tell about it.
    func restoreAndTell() throws -> String { Self.account(of: try restore(), file: file.path) }

    static func account(of result: (GuardedFile.Backup, aside: String?), file: String) -> String {
        "\(file) is as it was at \(result.0.time) again"
            + (result.aside.map { "; what stood there is kept as \($0)" } ?? "")
    }
}

extension GuardedFile {
    /// Restores the last good backup; returns what to tell about it.
    func restoreAndTell(now: Int) throws -> String { SecretStore.account(of: try restore(now: now), file: path) }
}
