internal import DocumentTree
internal import GitStore

/// Looks for what makes git show something else than what was recorded, while the records themselves are sound: stand-ins for
/// objects (git-replace(1)) and grafts (gitglossary(7)). wfrepo reads past both.
struct StandInsCheck {
    let repository: Repository

    func findings() throws -> [Finding] {
        let replacements = try repository.references(matching: "refs/replace/").map { reference in
            Finding(
                .note, .references, PrintableText.escape(reference.name),
                "git shows another object in its place, and verify looks at the one that was recorded",
                hint: "see what was: git --no-replace-objects show; take it away: git replace -d ID")
        }
        let path = repository.commonDirectory + "info/grafts"
        guard try DurableFile.read(path)?.isEmpty == false else { return replacements }
        return replacements + [
            Finding(
                .note, .references, path,
                "git shows the parents of commits that it names, and verify looks at their own",
                hint: "see what it was for, and remove it: rm \(path)")
        ]
    }
}
