/// Something that a verification found: what is wrong, with what, and what to do.
public struct Finding: Hashable, Sendable {
    /// How much it weighs.
    public enum Severity: String, Hashable, Sendable {
        /// Something is not what it was written as.
        case fault
        /// Worth knowing; nothing is wrong.
        case note
    }

    /// What was looked at.
    public enum Check: String, Hashable, Sendable, CaseIterable {
        /// Every object against its id, as `git fsck` does.
        case objects
        /// References that must be there, or lead somewhere.
        case references
        /// A segment's link to the one before it.
        case links
        /// Records against their schema, their batch and their run commit.
        case records
        /// Digests against the records.
        case digests
        /// Run commits against the versions that they name, and definitions against their hashes.
        case versions
        /// The chain of audit lines.
        case audit
        /// Checkpoints and their signatures.
        case checkpoints
        /// Tips that were kept elsewhere.
        case lastSeen = "last-seen"
        /// The journal, logs and other files beside git.
        case files
    }

    /// How much it weighs.
    public var severity: Severity
    /// What was looked at.
    public var check: Check
    /// What it was found on: a reference, a commit, a run, a file.
    public var subject: String
    /// What is wrong, in one sentence without the subject.
    public var message: String
    /// The next step for the person who reads this, where one is known.
    public var hint: String?

    /// A finding.
    public init(
        _ severity: Severity, _ check: Check, _ subject: String, _ message: String, hint: String? = nil
    ) {
        self.severity = severity
        self.check = check
        self.subject = subject
        self.message = message
        self.hint = hint
    }

    /// A fault.
    public init(_ check: Check, _ subject: String, _ message: String, hint: String? = nil) {
        self.init(.fault, check, subject, message, hint: hint)
    }
}
