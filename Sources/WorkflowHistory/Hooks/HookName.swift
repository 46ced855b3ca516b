/// The git hooks that wfrepo installs.
public enum HookName: String, Sendable, CaseIterable {
    case preCommit = "pre-commit"
    case preMergeCommit = "pre-merge-commit"
    case preApplypatch = "pre-applypatch"
    case postCommit = "post-commit"
    case postApplypatch = "post-applypatch"
    case postRewrite = "post-rewrite"
    case preReceive = "pre-receive"
    case postReceive = "post-receive"

    /// What marks a hook file as one of ours, in a comment near its top.
    static let marker = "wfrepo-hook:"
    /// What the name of a hook that was there before ends in.
    static let earlierSuffix = ".before-wfrepo"

    /// Whether the content of a hook file is ours, of whatever version.
    static func isOurs(_ content: [UInt8]) -> Bool {
        content.prefix(1024).split(separator: 0x0A).prefix(5).contains { line in
            String(decoding: line, as: UTF8.self).hasPrefix("# \(marker)")
        }
    }
}
