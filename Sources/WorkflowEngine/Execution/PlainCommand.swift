/// A script that is one command of plain words, such as `make -j2 test`: what a shell would do with it is to become that
/// program. It can be started without the shell, as make(1) does, which saves the start of a program.
///
/// Whatever a shell would expand, split otherwise, or do itself makes a script another one, and so does a name that a shell has built in,
/// except for those that are the same as programs (`true`, `false`).
struct PlainCommand {
    /// The program's name or path, then its arguments.
    let words: [String]

    init?(_ script: String) {
        var text = script.utf8[...]
        while text.last == UInt8(ascii: "\n") { text.removeLast() }
        guard text.allSatisfy({ Self.isPlain($0) || $0 == UInt8(ascii: " ") }) else { return nil }
        words = text.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
        guard let name = words.first, !name.contains("="), !Self.shellsOwn.contains(name) else { return nil }
    }

    /// Where the program may be, the likeliest first; as exec(3) and shells look for it.
    func candidates(searchPath: String) -> [String] {
        guard let name = words.first else { return [] }
        guard !name.utf8.contains(UInt8(ascii: "/")) else { return [name] }
        return searchPath.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
            $0.isEmpty ? name : "\(Substring($0))/\(name)"
        }
    }

    /// Whether a shell leaves the character as it is, wherever it stands.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: otherPlain.contains(byte)
        }
    }

    private static let otherPlain = Set("_-./:,+@%=".utf8)

    /// The words that a shell obeys itself: reserved words, special built-ins, and built-ins that are not as the program of that name.
    ///
    /// Source: POSIX.1-2024, XCU 2.4, 2.15 and 2.9.1.4; dash(1) and bash(1), "Builtins".
    private static let shellsOwn: Set<String> = [
        "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select", "then", "time",
        "until", "while",

        ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "source",
        "times", "trap", "unset",

        "alias", "bg", "bind", "builtin", "caller", "cd", "chdir", "command", "compgen", "complete", "compopt",
        "declare", "dirs", "disown", "echo", "enable", "fc", "fg", "getopts", "hash", "help", "history", "jobs", "kill",
        "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read", "readarray", "shopt", "suspend",
        "test", "type", "typeset", "ulimit", "umask", "unalias", "wait",
    ]
}
