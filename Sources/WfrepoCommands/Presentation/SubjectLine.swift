import WorkflowHistory

/// The subject of a commit for which nobody gave a message.
enum SubjectLine {
    /// The subject, or nil where a plain list of names says as much.
    static func describing(_ changes: [ContentChange]) -> String? { nil }
}
