import Glibc

extension CommandContext {
    /// Lets the user edit a file, in the editor that git would choose (git-var(1), GIT_EDITOR).
    func edit(_ path: String, configured: String?) throws(CommandFailure) {
        let editor =
            variable("GIT_EDITOR") ?? configured ?? variable("VISUAL") ?? variable("EDITOR") ?? "vi"
        var process = pid_t()
        let status = withCStrings(["/bin/sh", "-c", "\(editor) \"$@\"", editor, path]) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&process, "/bin/sh", nil, nil, arguments, variables)
            }
        }
        var ending: Int32 = status == 0 ? 0 : 1
        while status == 0, waitpid(process, &ending, 0) < 0, errno == EINTR {}
        guard ending == 0 else {
            throw CommandFailure(
                "the editor '\(editor)' failed", hint: "nothing was saved; give a message with -m TEXT")
        }
    }
}
