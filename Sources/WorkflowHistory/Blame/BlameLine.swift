/// A part of a definition and the version that last changed what it means.
public struct BlameLine: Hashable, Sendable {
    /// A part of a definition.
    public enum Part: Hashable, Sendable, CustomStringConvertible {
        /// A top-level key but `steps`.
        case field(String)
        /// A step, by its id.
        case step(String)

        /// As a path: `timeout`, `steps[load]`.
        public var description: String {
            switch self {
            case .field(let name): name
            case .step(let id): "steps[\(id)]"
            }
        }
    }

    /// The part.
    public let part: Part
    /// The line at which it starts, from 1.
    public let line: Int
    /// The version; nil where it is in no commit yet.
    public let entry: LogEntry?
    /// What the step was called in that version, where it has another name since.
    public let nameThen: String?
}
