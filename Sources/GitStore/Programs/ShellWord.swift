/// A text as one word of a POSIX shell, for commands that are shown to be typed.
public enum ShellWord {
    /// The text in single quotes, in which a shell takes every character for itself. Source: POSIX.1-2017, Shell Command Language 2.2.2.
    public static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
