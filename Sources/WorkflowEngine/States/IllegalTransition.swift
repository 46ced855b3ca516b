/// A change of state that the table does not allow.
public struct IllegalTransition: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was to change: `run`, or `step` and its id.
    public var subject: String
    /// The state that it is in.
    public var from: String
    /// What was asked for.
    public var event: String
    /// The state that this would have led to from elsewhere.
    public var to: String
    /// The states that can follow the one it is in.
    public var allowed: [String]

    /// Names both states and what is allowed.
    public var description: String {
        let allowed = allowed.isEmpty ? "nothing: it is over" : allowed.joined(separator: ", ")
        return "\(subject) is \(from) and cannot become \(to) (\(event)); allowed from \(from): \(allowed)"
    }
}
