import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import StructuralDiff

/// git's `merge.wfrepo.driver`.
struct MergeDriverCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "merge-driver",
        abstract: "Merge a file for git, by structure: the result goes into the second file.",
        discussion: """
            Set up by 'wfrepo init' (gitattributes(5), "Defining a custom merge driver"). Exit status 0 where everything \
            merged, 1 where markers show what did not. What is not valid YAML or JSON is merged line by line, as git does.
            """)

    @Argument(help: "The common ancestor (%O).", completion: .file())
    var base: String

    @Argument(help: "Our version (%A); the result is written here.", completion: .file())
    var ours: String

    @Argument(help: "Their version (%B).", completion: .file())
    var theirs: String

    @Argument(help: "The path in the tree (%P), for messages.")
    var path: String?

    @Option(help: "The length of conflict markers (%L).")
    var markerSize = 7

    func run(in context: CommandContext) throws {
        let name = path ?? ours
        do {
            let merge = try ThreeWayMerge(
                base: try stream(base, name: name, context), ours: try stream(ours, name: name, context),
                theirs: try stream(theirs, name: name, context), labels: MergeLabels(markerSize: markerSize))
            try write(merge.bytes, context)
            guard !merge.isClean else { return }
            for conflict in merge.conflicts {
                let place = conflict.path.description
                context.errors.writeLine(
                    "CONFLICT (structure): \(visibleLine(name)): \(visibleLine(place.isEmpty ? "the document" : place)): "
                        + conflict.reason.rawValue)
            }
            throw Ended(status: .negative)
        } catch let error as DocumentError {
            context.errors.writeLine(
                "\(visibleLine(name)):\(error.position): \(visibleLine(error.message)); merged line by line")
            try mergeLines(context)
        }
    }

    private func stream(_ path: String, name: String, _ context: CommandContext) throws -> DocumentStream {
        try DocumentStream.parse(try context.readFile(path), name: name)
    }

    private func write(_ bytes: [UInt8], _ context: CommandContext) throws {
        let descriptor = open(context.absolute(ours), O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        try SystemFile.write(bytes, to: descriptor, path: ours)
    }

    private func failure() -> CommandFailure {
        CommandFailure("cannot write \(ours): \(String(cString: strerror(errno)))")
    }

    /// git's own merge of lines (git-merge-file(1)), whose exit status is the number of conflicts.
    private func mergeLines(_ context: CommandContext) throws {
        let arguments = [
            "git", "merge-file", "-L", "ours", "-L", "base", "-L", "theirs", "--marker-size=\(markerSize)", "--", ours,
            base, theirs,
        ]
        var process = pid_t()
        let status = withCStrings(arguments) { arguments in
            withCStrings(context.environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawnp(&process, "git", nil, nil, arguments, variables)
            }
        }
        guard status == 0 else { throw CommandFailure("cannot start git: \(String(cString: strerror(status)))") }
        var ending: Int32 = 0
        while waitpid(process, &ending, 0) < 0, errno == EINTR {}
        if ending != 0 { throw Ended(status: .negative) }
    }
}
