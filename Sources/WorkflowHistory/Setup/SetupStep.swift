/// One thing that `wfrepo init` sees to.
public struct SetupStep: Sendable, CustomStringConvertible {
    /// What it is about.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        case repository, folder, notes, hooks
        case diffDriver = "diff driver"
        case attributes
        case cloneID = "clone id"
    }

    /// What it is about.
    public let subject: Subject
    /// What is to be done, or was done, as a phrase: `install the hook pre-commit`.
    public let description: String
    /// Whether nothing needed to be done.
    public let isDone: Bool
    /// Why it was left out: it would have changed what serves other repositories, too. Nil where it was not.
    public let obstacle: HistoryError?

    init(_ subject: Subject, _ description: String, isDone: Bool, obstacle: HistoryError? = nil) {
        self.subject = subject
        self.description = description
        self.isDone = isDone
        self.obstacle = obstacle
    }
}
