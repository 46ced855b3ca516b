import ArgumentParser
import GitStore
import WorkflowTemplates

struct TemplateAddCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "add", abstract: "Take templates from another git repository, at one commit.",
        discussion: """
            What is there is fetched and shown, and taken when you say so: templates become scripts that run here. They are \
            called NAME/TEMPLATE and stay at this commit until they are added again.

            Example: wfrepo template add https://git.example.test/team/templates.git#v3
            """)

    @Argument(help: ArgumentHelp("The repository, and the branch, tag or commit.", valueName: "url[#rev]"))
    var url: String

    @Option(name: .customLong("as"), help: "What its templates are called by; else the repository's name.")
    var name: String?

    @Flag(name: [.customShort("y"), .customLong("yes")], help: "Trust what is there, without asking.")
    var yes = false

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        let (address, revision) = try parts()
        let name = try sourceName(address)
        let git = GitProgram(repository, environment: context.environment)
        let incoming = "refs/wfrepo/templates-incoming"
        defer { _ = try? git.run(["update-ref", "-d", incoming]) }
        try git.output(
            [
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--", address,
                "+\(revision):\(incoming)",
            ], settings: ["fetch.fsckObjects=true", "gc.auto=0"])
        let commit = try repository.commit(named: incoming)
        let sources = TemplateSources(repository)
        let found = try sources.folders(in: commit)
        guard !found.isEmpty else {
            throw CommandFailure(
                "\(visible(address)) has no templates at \(visible(revision))",
                hint: "they stand in folders with a template.yaml, below templates/ or at the top")
        }
        // All of them, as they would be read with the others.
        _ = try TemplateCatalog.all(context, adding: (name, found))
        let old = try sources.all().first { $0.name == name }
        context.output.writeLine(
            "\(visible(address)) at \(commit)" + (old.map { ", now \($0.commit.object.short())" } ?? ""))
        for template in found.keys.sorted() { context.output.writeLine("  \(name)/\(visible(template))") }
        context.output.flush()
        try confirm(context)
        try git.output(["update-ref", TemplateSources.reference(name), commit.description])
        try git.output(["config", "--local", TemplateSources.setting(name), address])
        context.output.writeLine("Taken. See one: wfrepo template show \(name)/\(found.keys.min() ?? "")")
    }

    private func parts() throws(CommandFailure) -> (url: String, revision: String) {
        let parts = url.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let revision = parts.count > 1 ? parts[1] : "HEAD"
        guard !parts[0].isEmpty, !parts[0].hasPrefix("-"), !revision.isEmpty, !revision.hasPrefix("-"),
            !revision.contains(":"), !revision.contains("*")
        else { throw CommandFailure("'\(url)' is not URL or URL#REVISION", status: .usage) }
        return (parts[0], revision)
    }

    private func sourceName(_ address: String) throws(CommandFailure) -> String {
        var last = address.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? ""
        if last.hasSuffix(".git") { last.removeLast(4) }
        let name = self.name ?? last
        guard !name.isEmpty, name.utf8.count <= 60, name.first?.isLetter == true,
            name.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || Self.isLetterOrDigit($0) })
        else {
            throw CommandFailure(
                "'\(name)' can't be a name: letters, digits, - and _", hint: "give another: --as NAME", status: .usage)
        }
        return name
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }

    private func confirm(_ context: CommandContext) throws {
        if yes { return }
        guard context.terminal.inputIsTerminal else {
            throw CommandFailure("Nobody is there to say whether they are trusted.", hint: "give --yes")
        }
        guard context.terminal.confirms("Trust them?", on: context.errors) else {
            throw CommandFailure("Nothing was taken.", status: .negative)
        }
    }
}

struct TemplateRemoveCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "remove", abstract: "Leave the templates of another git repository.")

    @Argument(help: "What its templates are called by.")
    var name: String

    func run(in context: CommandContext) throws {
        let repository = try context.openRepository()
        guard try TemplateSources(repository).all().contains(where: { $0.name == name }) else {
            throw CommandFailure("no templates are taken from '\(visible(name))'", hint: "wfrepo template list")
        }
        let git = GitProgram(repository, environment: context.environment)
        try git.output(["update-ref", "-d", TemplateSources.reference(name)])
        _ = try git.run(["config", "--local", "--unset-all", TemplateSources.setting(name)])
        context.output.writeLine("\(name) is gone; workflows that were made from its templates stay.")
    }
}
