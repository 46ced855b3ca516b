/// What a command may know of the world outside the repository: everything that is read from the environment, the
/// clock or the terminal comes through here, so that a test can give each its own.
struct CommandContext {
    /// The path of the running program, for the hooks and the background runs that call it again.
    var program: String
    /// The environment's variables.
    var environment: [String: String]
    /// The folder that relative paths start at: the current one, or that of `-C`.
    var directory: String
    /// The terminal, or the files that stand in for it.
    var terminal: Terminal
    /// Standard output.
    var output: TextOutput
    /// Standard error: progress and warnings.
    var errors: TextOutput

    /// An absolute path of `path`, which may be relative to `directory`.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : directory == "/" ? "/\(path)" : "\(directory)/\(path)"
    }

    /// The value of an environment variable; nil also where it is empty, as git treats its own.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
