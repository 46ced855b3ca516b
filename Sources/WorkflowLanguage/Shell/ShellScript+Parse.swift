import DocumentTree

extension ShellScript {
    /// The interpreters whose quoting is known; others take scripts without expressions only.
    private static let shells: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]
    /// The shells that know `$'…'` and `(( … ))`.
    private static let extendedShells: Set<String> = ["bash", "ksh", "zsh"]

    /// Cuts a script at its `${{ … }}`.
    ///
    /// Bare `{{ }}` is left alone: other tools own it.
    ///
    /// - Returns: The script, and every place where an expression can't stand: in single quotes, in a here-document with
    ///   a quoted delimiter, in another language than a shell's. The script is nil where there is a fault.
    public static func parse(_ text: String, shell: String) -> (script: ShellScript?, faults: [ExpressionError]) {
        let template: Template
        do { template = try Template.parse(text) } catch { return (nil, [error]) }
        if text.utf8.contains(0) {
            let offset = text.utf8.prefix { $0 != 0 }.count
            return (nil, [ExpressionError(text, at: offset, "a script can't hold the character NUL")])
        }
        let name = shell.split(separator: "/").last.map(String.init) ?? shell
        guard shells.contains(name) else { return parse(template, of: text, foreign: shell) }
        var scanner = ShellQuotingScanner(template, isExtended: extendedShells.contains(name))
        var places = scanner.places()[...]
        var parts: [Part] = []
        var faults: [ExpressionError] = []
        for part in template.parts {
            switch part {
            case .text(let text): parts.append(.text(text))
            case .expression(let expression):
                switch places.popFirst() {
                case .quoting(let quoting): parts.append(.expression(expression, quoting: quoting))
                case .fault(let message):
                    faults.append(ExpressionError(text, at: expression.offset, message, hint: wayOut(expression)))
                case nil: parts.append(.expression(expression, quoting: .none))
                }
            }
        }
        return (faults.isEmpty ? ShellScript(shell: shell, parts: parts) : nil, faults)
    }

    private static func parse(
        _ template: Template, of text: String, foreign shell: String
    ) -> (script: ShellScript?, faults: [ExpressionError]) {
        let faults = template.expressions.map { expression in
            ExpressionError(
                text, at: expression.offset, "an expression can't stand in a script for `\(shell)`, which is no shell",
                hint: wayOut(expression))
        }
        guard faults.isEmpty else { return (nil, faults) }
        return (ShellScript(shell: shell, parts: [.text(text)]), [])
    }

    private static func wayOut(_ expression: Expression) -> String {
        "pass it in: `env: {VALUE: \"${{ \(expression.source.clipped) }}\"}`, and read the variable VALUE"
    }
}
