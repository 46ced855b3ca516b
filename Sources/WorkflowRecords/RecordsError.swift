/// What failed with the records of a repository, on which object, why, and what to do next.
///
/// What git itself refuses comes as a `GitError` of the layer below.
public struct RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for code that decides what to do.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// No such record.
        case notFound
        /// Another recorder is at work, or somebody moves the reference all the time.
        case busy
        /// Stored bytes are not what their format promises.
        case corrupt
        /// The caller's argument makes no sense.
        case invalid
        /// Reading or writing a file failed.
        case io
        /// A remote can't be read or written: the network, the address, the credentials.
        case unreachable
        /// What was pushed may not be received.
        case refused
    }

    /// The kind of failure.
    public var code: Code
    /// What was attempted, as a phrase that follows "cannot": `record runs`.
    public var operation: String
    /// The run, reference or path it was attempted on.
    public var object: String?
    /// Why it failed.
    public var message: String
    /// The exact next step for the person who reads this, where one is known.
    public var hint: String?

    /// Makes an error from its parts.
    public init(_ code: Code, _ operation: String, _ object: String? = nil, _ message: String, hint: String? = nil) {
        self.code = code
        self.operation = operation
        self.object = object
        self.message = message
        self.hint = hint
    }

    /// One line: `cannot lock recorder /r/.git/wfrepo/recorder.lock: it is read-only`. The hint is not part of it.
    public var description: String {
        let subject = object.map { "\(operation) \($0)" } ?? operation
        return "cannot \(subject): \(message)"
    }
}
