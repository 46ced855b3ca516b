import Glibc

/// The program that long output is read in, chosen as git chooses it (git-config(1), core.pager): `WFREPO_PAGER`,
/// `GIT_PAGER`, `core.pager`, `PAGER`, `less`.
struct Pager {
    private var process: pid_t
    private var input: Int32

    /// Starts the pager where standard output is a terminal; nil where there is none, or it is `cat` or empty.
    static func start(in context: CommandContext, configured: String?) -> Pager? {
        guard context.terminal.outputIsTerminal else { return nil }
        let names = ["WFREPO_PAGER", "GIT_PAGER"]
        let command =
            names.lazy.compactMap { context.environment[$0] }.first ?? configured ?? context.environment["PAGER"]
            ?? "less"
        guard !command.isEmpty, command != "cat" else { return nil }
        return Pager(command: command, environment: context.environment)
    }

    private init?(command: String, environment: [String: String]) {
        guard let ends = openPipe() else { return nil }
        var environment = environment
        if environment["LESS"] == nil { environment["LESS"] = "FRX" }
        if environment["LV"] == nil { environment["LV"] = "-c" }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends.read, STDIN_FILENO)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var process = pid_t()
        let status = withCStrings(["/bin/sh", "-c", command]) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&process, "/bin/sh", &actions, nil, arguments, variables)
            }
        }
        close(ends.read)
        guard status == 0 else {
            close(ends.write)
            return nil
        }
        self.process = process
        input = ends.write
    }

    /// The output that the pager shows.
    func output(isColored: Bool) -> TextOutput { TextOutput(descriptor: input, isColored: isColored) }

    /// Ends the pager's input and waits until the reader has left it.
    func finish() {
        close(input)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}

/// A pipe whose ends no child inherits; nil where the system has no more descriptors.
func openPipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// Calls `body` with a null-terminated array of C strings, as exec(3) takes it, and returns its status.
func withCStrings(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
) -> Int32 {
    var pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { $0.baseAddress.map(body) ?? EINVAL }
}

extension CommandContext {
    /// Runs `body` with the output in a pager, where a person is at the terminal.
    func paged(configured: String?, _ body: (CommandContext) throws -> Void) rethrows {
        guard let pager = Pager.start(in: self, configured: configured) else { return try body(self) }
        signal(SIGPIPE, SIG_IGN)
        var context = self
        context.output = pager.output(isColored: output.isColored)
        defer {
            context.output.flush()
            pager.finish()
        }
        try body(context)
    }
}
