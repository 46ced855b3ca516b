import ArgumentParser
import DocumentTree
import StructuralDiff

/// git's `diff.wfrepo.textconv`: a definition as lines that name their place, for `git log -p` and `git show`.
struct TextconvCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "textconv", abstract: "Print a definition as lines of 'path: value', for git's own comparisons.",
        discussion: "Set up by 'wfrepo init' (gitattributes(5), \"Performing text diffs of binary files\").")

    @Argument(help: "The file.", completion: .file())
    var file: String

    func run(in context: CommandContext) throws {
        let bytes = try context.readFile(file)
        if let lines = lines(of: bytes) ?? conflictedLines(of: bytes) {
            for line in lines { context.output.writeLine(line) }
        } else {
            // git compares the text itself then.
            context.output.write(bytes: bytes)
        }
    }

    /// The lines of every document; nil where the text is none.
    private func lines(of bytes: [UInt8]) -> [String]? {
        guard let stream = try? DocumentStream.parse(bytes, name: file) else { return nil }
        var lines: [String] = []
        for document in stream.documents {
            guard let value = try? document.value(keys: .any) else { return nil }
            lines += FlatText(value).lines
        }
        return lines
    }

    /// In the middle of a merge: both sides, with markers around what differs.
    private func conflictedLines(of bytes: [UInt8]) -> [String]? {
        guard let text = ConflictedText(bytes), let ours = lines(of: text.ours), let theirs = lines(of: text.theirs)
        else { return nil }
        return ConflictedText.marking(ours: ours, theirs: theirs)
    }
}
