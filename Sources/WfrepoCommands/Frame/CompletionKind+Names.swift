import ArgumentParser

/// What shells offer for names. The scripts that `--generate-completion-script` prints run these commands when Tab is pressed.
extension CompletionKind {
    /// The workflows at HEAD, by plain git, which is quick however many there are. Without quotes or backslashes that the three
    /// shells would read differently.
    static var workflows: CompletionKind {
        .shellCommand(
            "git ls-tree -r --name-only --full-tree HEAD workflows 2>/dev/null"
                + " | sed -n 's,^workflows/,,p' | sed -n 's,[.]ya*ml$,,p'")
    }

    /// The templates.
    static var templates: CompletionKind { .shellCommand("wfrepo template list 2>/dev/null | cut -d' ' -f1") }

    /// The latest runs.
    static var runs: CompletionKind { .shellCommand("wfrepo runs list 2>/dev/null | cut -d' ' -f1") }
}
