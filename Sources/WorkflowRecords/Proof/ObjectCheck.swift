internal import DocumentTree
internal import GitStore

/// Checks every object of a repository against its id, and that references lead to what is there: by `git fsck`, which
/// knows packs, alternates and replacements, too.
struct ObjectCheck {
    private let repository: Repository
    private let git: GitProgram

    init(_ repository: Repository, git: GitProgram) {
        self.repository = repository
        self.git = git
    }

    /// What `git fsck` says.
    func findings() throws(GitError) -> [Finding] {
        let outcome = try git.run(
            ["fsck", "--full", "--strict", "--no-dangling", "--no-progress"], settings: ["core.multiPackIndex=true"])
        guard outcome.status != 127 else {
            return [Finding(.objects, "git", "it can't be run, so no object was checked", hint: "apt-get install git")]
        }
        let said = String(decoding: outcome.output, as: UTF8.self) + outcome.errorText
        var findings: [Finding] = []
        for line in said.split(whereSeparator: \.isNewline) where !Self.isOnlyNews(line) {
            let isFault = outcome.status != 0 && !line.hasPrefix("warning")
            findings.append(
                Finding(isFault ? .fault : .note, .objects, "git fsck", PrintableText.escape(String(line))))
        }
        if outcome.status != 0, !findings.contains(where: { $0.severity == .fault }) {
            findings.append(Finding(.objects, "git fsck", "it ended with status \(outcome.status)"))
        }
        return findings
    }

    /// HEAD names a branch that has no commit, although there is history.
    func headFindings() throws -> [Finding] {
        guard case .branch(let name, tip: nil) = try repository.head,
            try !repository.references(matching: "refs/").isEmpty
        else { return [] }
        return [
            Finding(
                .references, "HEAD", "it names the branch \(PrintableText.escape(name)), which does not exist",
                hint: "see what there is: git for-each-ref")
        ]
    }

    private static func isOnlyNews(_ line: Substring) -> Bool {
        ["notice:", "dangling ", "unreachable ", "hint:", "Checking "].contains { line.hasPrefix($0) }
    }
}
