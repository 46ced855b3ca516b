public import WorkflowLanguage

/// What to save from the work tree, and how.
public struct CommitRequest {
    /// Which files.
    public enum Selection: Hashable, Sendable {
        /// Every workflow that differs from the tip, and `wfrepo.yaml` where it does.
        case allChanged
        /// These workflows and these further files (paths from the top of the tree); one that is gone from the work tree is
        /// removed.
        case only([WorkflowName], paths: [String])
    }

    /// Which files.
    public var selection: Selection
    /// The message; nil makes one from what changed.
    public var message: String?
    /// Lets the user edit the message in the file of that path, where given, before it is cleaned and checked.
    public var editMessage: ((_ path: String) throws -> Void)?
    /// Makes a subject from what changed; nil uses a plain list of names.
    public var suggestSubject: (([ContentChange]) -> String?)?
    /// What the caller knows of the tip.
    public var expectedTip: ExpectedTip
    /// Whether what looks like a credential in clear text may be saved (`--allow-secret`).
    public var allowsSecrets: Bool

    /// A request.
    public init(
        _ selection: Selection, message: String? = nil, expectedTip: ExpectedTip = .detect, allowsSecrets: Bool = false,
        suggestSubject: (([ContentChange]) -> String?)? = nil, editMessage: ((_ path: String) throws -> Void)? = nil
    ) {
        self.selection = selection
        self.message = message
        self.expectedTip = expectedTip
        self.allowsSecrets = allowsSecrets
        self.suggestSubject = suggestSubject
        self.editMessage = editMessage
    }
}
