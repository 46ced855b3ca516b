/// Why the engine could not do what it was asked for.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of error.
    public enum Code: String, Sendable, Hashable {
        /// There is no such run.
        case unknownRun = "unknown-run"
        /// Another process drives the run.
        case driven
        /// A change of state that is not allowed.
        case illegalTransition = "illegal-transition"
        /// The run has no such step.
        case unknownStep = "unknown-step"
        /// The run or the step is not in a state in which this is possible.
        case refused
        /// The journal is damaged.
        case corrupt
        /// The inputs do not fit the workflow.
        case invalidInput = "invalid-input"
        /// A kind of step that this engine does not have.
        case unknownKind = "unknown-kind"
        /// A record or a journal entry that cannot be read.
        case malformed
        /// The journal cannot be opened, read or written.
        case storage
        /// Another process holds the journal up, and the patience with it is over.
        case busy
        /// The journal was written by a newer wfrepo.
        case newerSchema = "newer-schema"
        /// The system refused something: a process, a file, a folder.
        case system
        /// The definition that a run is pinned to cannot be read.
        case definition
    }

    /// What kind of error it is.
    public var code: Code
    /// What went wrong.
    public var message: String
    /// What it happened to: a run, a step, a path.
    public var object: String?
    /// What to do next, where there is something: a command, mostly.
    public var hint: String?

    /// An error.
    public init(_ code: Code, _ message: String, object: String? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.object = object
        self.hint = hint
    }

    /// The object, the message and the hint in one line.
    public var description: String {
        (object.map { "\($0): " } ?? "") + message + (hint.map { " (\($0))" } ?? "")
    }
}
