import GitStore
import Glibc
import WorkflowEngine
import WorkflowSecrets

extension CommandContext {
    /// What tells where keys and passphrases are. Steps do not get these variables.
    static let secretVariables = [
        "WFREPO_KEY_FILE", "WFREPO_PASSPHRASE_FILE", "WFREPO_PASSPHRASE_COMMAND", autoRestoreVariable,
    ]

    /// Set to 1, it brings the last good backup of damaged secrets back where nobody can be asked.
    static let autoRestoreVariable = "WFREPO_AUTO_RESTORE"

    /// The store of a repository's secrets.
    func secretStore(of repository: Repository) throws(CommandFailure) -> SecretStore {
        SecretStore(
            SecretStore.Places(
                store: secretsFolder(of: repository), keys: try folder("XDG_CONFIG_HOME", ".config") + "/wfrepo/keys",
                seen: try folder("XDG_STATE_HOME", ".local/state") + "/wfrepo/secrets",
                keyFile: variable("WFREPO_KEY_FILE").map(absolute)),
            now: now.seconds)
    }

    /// The folder of all that has to do with secrets: `wfrepo/secrets` in the common git folder.
    func secretsFolder(of repository: Repository) -> String { repository.commonDirectory + "wfrepo/secrets" }

    /// A user's folder.
    ///
    /// Source: XDG Base Directory Specification.
    private func folder(_ variable: String, _ standard: String) throws(CommandFailure) -> String {
        if let folder = self.variable(variable), folder.hasPrefix("/") { return folder }
        guard let home = self.variable("HOME") else {
            throw CommandFailure("neither HOME nor \(variable) is set, so the keys of secrets have no place")
        }
        return "\(home)/\(standard)"
    }

    /// The passphrase of the store: from a file, from a command, or from the person at the terminal.
    func passphrase(isNew: Bool) throws -> [UInt8] {
        var passphrase: [UInt8]
        if let path = variable("WFREPO_PASSPHRASE_FILE") {
            passphrase = Array(try readFile(path, limit: 1 << 16).prefix { $0 != 0x0A })
        } else if let command = variable("WFREPO_PASSPHRASE_COMMAND") {
            passphrase = Array(try outputOfShell(command, in: directory).prefix { $0 != 0x0A })
        } else if terminal.inputIsTerminal || terminal.errorIsTerminal {
            let prompt = HiddenPrompt()
            passphrase =
                try isNew
                ? prompt.askTwice("New passphrase of the secrets:", again: "The same again:")
                : prompt.ask("Passphrase of the secrets:")
        } else {
            throw CommandFailure(
                "the secrets are protected by a passphrase, and nobody is there to type it",
                hint: "set WFREPO_PASSPHRASE_FILE or WFREPO_PASSPHRASE_COMMAND")
        }
        guard !passphrase.isEmpty else { throw CommandFailure("the passphrase is empty") }
        return passphrase
    }

    /// What a command of the shell prints, at most 64 KiB; it gets a minute.
    func outputOfShell(_ command: String, in folder: String) throws -> [UInt8] {
        var call = ProgramCall(
            arguments: ["/bin/sh", "-c", command], environment: environment, directory: folder)
        call.outputLimit = SecretValue.maximumLength + 1
        let outcome = try call.runBlocking(for: .seconds(60)) {
            errors.write(visible(String(decoding: $0, as: UTF8.self)))
        }
        errors.flush()
        guard !outcome.wasStopped else { throw CommandFailure("'\(command)' took longer than a minute") }
        guard outcome.exit == 0 else {
            throw CommandFailure("'\(command)' failed" + (outcome.exit.map { " with status \($0)" } ?? ""))
        }
        return outcome.output
    }
}
