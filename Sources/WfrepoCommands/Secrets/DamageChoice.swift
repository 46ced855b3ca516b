import WorkflowSecrets

/// What to do about a file of secrets that something other than wfrepo has changed.
enum DamageChoice {
    case restore, goOn, stop
}

extension CommandContext {
    /// Does `body`; where it finds damage, does what the person at the terminal chooses, or `WFREPO_AUTO_RESTORE` says.
    ///
    /// - Parameters:
    ///   - restore: Brings the last good content back and says what it did.
    ///   - body: Is told whether to go on in spite of damage.
    func repairing<Result>(
        restore: () throws -> String, _ body: (_ ignoringDamage: Bool) throws -> Result
    ) throws -> Result {
        do {
            return try body(false)
        } catch {
            guard let damage = error as? SecretsError, damage.code == .damaged else { throw error }
            switch choice(about: damage) {
            case .restore:
                errors.note(try restore())
                return try body(false)
            case .goOn: return try body(true)
            case .stop: throw damage
            }
        }
    }

    private func choice(about damage: SecretsError) -> DamageChoice {
        if variable(Self.autoRestoreVariable) == "1" { return .restore }
        guard terminal.inputIsTerminal, terminal.errorIsTerminal else { return .stop }
        errors.writeLine(errors.styled("warning:", .bold, .red) + " \(visible(damage.description))")
        let choice = terminal.ask(
            "Restore the last good content, go on with what can still be read, or stop? [restore/go/stop]",
            answers: [
                ("restore", DamageChoice.restore), ("r", .restore), ("go", .goOn), ("g", .goOn), ("stop", .stop),
                ("s", .stop), ("", .stop),
            ], on: errors)
        return choice ?? .stop
    }
}
