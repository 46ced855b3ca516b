import ArgumentParser
import GitStore
import WorkflowHistory
import WorkflowLanguage

/// What shells offer for names. The scripts that `--generate-completion-script` prints run these commands when Tab is pressed.
extension CompletionKind {
    /// The workflows at HEAD, by plain git, which is quick however many there are. Without quotes or backslashes that the three
    /// shells would read differently.
    static var workflows: CompletionKind {
        .shellCommand(
            "git ls-tree -r --name-only --full-tree HEAD workflows 2>/dev/null"
                + " | sed -n 's,^workflows/,,p' | sed -n 's,[.]ya*ml$,,p'")
    }

    /// The workflows and, behind `NAME@`, the versions of one. bash takes the @ for the end of a word, so there the versions stand behind
    /// a name that is whole.
    static var revisions: CompletionKind { .custom { _, _, word in OfferedVersions.revisions(word) } }

    /// The versions of the workflow that stands on the command line.
    static var versions: CompletionKind { .custom { words, _, _ in OfferedVersions.versions(of: words) } }

    /// The templates.
    static var templates: CompletionKind { names("wfrepo template list") }

    /// The latest runs.
    static var runs: CompletionKind { names("wfrepo runs list") }

    /// The kinds of step.
    static var kinds: CompletionKind { names("wfrepo kinds") }

    /// The secrets that are kept.
    static var secrets: CompletionKind { names("wfrepo secret list") }

    /// The backups on the shelf of the repository.
    static var backups: CompletionKind { names("wfrepo backup list") }

    /// The services whose circuit breakers have something to forget.
    static var circuits: CompletionKind { names("wfrepo circuits list") }

    /// The remotes.
    static var remotes: CompletionKind { .shellCommand("git remote 2>/dev/null") }

    /// The first words of the lines that a command prints.
    private static func names(_ command: String) -> CompletionKind {
        .shellCommand("\(command) 2>/dev/null | cut -d' ' -f1")
    }
}

/// The versions that the program offers when a shell asks it.
enum OfferedVersions {
    /// Of a long history the latest ones do.
    private static let most = 100

    /// What a revision can be: a workflow's name, or `NAME@v7` where the name is whole.
    static func revisions(_ word: String) -> [String] {
        guard let workflows = workflows(), let tip = try? workflows.tip() else { return [] }
        let typed = word.prefix { $0 != "@" }
        guard let name = WorkflowName(String(typed)), let versions = numbers(of: name, in: workflows, at: tip) else {
            let tree = try? workflows.repository.commit(tip).tree
            return (try? workflows.workflows(in: tree).files.map(\.name.description)) ?? []
        }
        let names = (["worktree"] + versions).map { "\(name)@\($0)" }
        return typed == word ? [name.description] + names : names
    }

    /// The versions of the first word that names a workflow.
    static func versions(of words: [String]) -> [String] {
        guard let workflows = workflows(), let tip = try? workflows.tip() else { return [] }
        let names = words.dropFirst(2).lazy.compactMap { WorkflowName($0) }
        return names.compactMap { numbers(of: $0, in: workflows, at: tip) }.first ?? []
    }

    /// The repository, without what commands say when they open it.
    private static func workflows() -> WorkflowRepository? {
        guard let repository = try? Program.context().openRepository() else { return nil }
        return WorkflowRepository(repository, index: PresentIndex(repository))
    }

    /// `v3`, `v2`, `v1`; nil where there is no such workflow.
    private static func numbers(
        of name: WorkflowName, in workflows: WorkflowRepository, at tip: CommitID
    ) -> [String]? {
        guard let versions = try? workflows.versions(of: name, from: tip), !versions.isEmpty else { return nil }
        return versions.reversed().lazy.compactMap(\.number).prefix(most).map { "v\($0)" }
    }
}
