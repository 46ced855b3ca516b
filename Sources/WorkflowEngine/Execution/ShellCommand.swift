internal import Glibc
internal import WorkflowLanguage

/// How an interpreter is started for a script.
struct ShellCommand {
    /// The program's path, then its arguments.
    var arguments: [String]
    /// What the shell would only become, where it is that.
    var plain: PlainCommand?

    /// The longest script that is passed as an argument; Linux takes 128 KiB for one.
    private static let longestArgument = 100 << 10

    /// The command that runs `text` by what `shell:` says: `sh` and `bash` end at the first failing command; another
    /// word is a program that takes the script's file as its argument; and a line with `{0}` in it says where that file
    /// goes, as for GitHub Actions.
    /// - Parameters:
    ///   - path: The search path for programs, as in `PATH`.
    ///   - file: Where a script that cannot be passed as an argument is written.
    /// - Throws: `StepError` of the class `spawn` where there is no such program.
    init(shell: String, text: String, searchPath path: String, file: String) throws(StepError) {
        let words = shell.split(separator: " ").map(String.init)
        guard let name = words.first else { throw StepError("spawn", "shell: is empty") }
        let program = try Self.find(name, in: path)
        let options: [String]
        switch shell {
        case "sh": options = ["-e"]
        case "bash": options = ["--noprofile", "--norc", "-eo", "pipefail"]
        default: options = Array(words.dropFirst())
        }
        if Self.takesAsArgument(text, shell: shell) {
            arguments = [program] + options + ["-c", text]
            if shell == "sh" { plain = PlainCommand(text) }
        } else {
            try Self.write(text, to: file)
            let placed = options.map { $0 == "{0}" ? file : $0 }
            arguments = [program] + (placed == options ? options + [file] : placed)
        }
    }

    /// Whether the command follows from the script alone: no file has to be written, and no program to be looked for.
    static func isKnown(_ text: String, shell: String) -> Bool {
        shell == "sh" && takesAsArgument(text, shell: shell)
    }

    /// Whether a script is handed to its interpreter as an argument, and not in a file.
    private static func takesAsArgument(_ text: String, shell: String) -> Bool {
        ["sh", "bash", "python3", "python"].contains(shell) && text.utf8.count <= longestArgument
            && !text.utf8.contains(0)
    }

    static func write(_ text: String, to file: String) throws(StepError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StepError("spawn", EngineError(systemError: errno, "write the file", object: file).description)
        }
        defer { close(descriptor) }
        do {
            try FileBytes.write(Array(text.utf8)[...], to: descriptor, path: file)
        } catch {
            throw StepError("spawn", error.description)
        }
    }

    private static func find(_ name: String, in path: String) throws(StepError) -> String {
        if name == "sh" { return "/bin/sh" }
        if name.contains("/") { return name }
        let candidates = path.split(separator: ":").map { "\($0)/\(name)" }
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw StepError("spawn", "there is no program \(name) (shell:) in PATH")
        }
        return found
    }
}
