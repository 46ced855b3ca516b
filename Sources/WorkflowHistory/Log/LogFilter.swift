internal import GitStore
public import WorkflowLanguage

/// Which versions a log shows, as git-log(1)'s options of the same names choose commits.
public struct LogFilter: Sendable {
    /// Only commits made at that time or later, in seconds since 1970.
    public var since: Int?
    /// Only commits made at that time or earlier, in seconds since 1970.
    public var until: Int?
    /// Only commits whose author, `Name <email>`, matches.
    public var author: Pattern?
    /// Only commits of whose message a line matches.
    public var message: Pattern?

    /// A filter; what is nil lets everything through.
    public init(since: Int? = nil, until: Int? = nil, author: Pattern? = nil, message: Pattern? = nil) {
        self.since = since
        self.until = until
        self.author = author
        self.message = message
    }

    /// Whether every commit is shown.
    var takesAll: Bool { since == nil && until == nil && author == nil && message == nil }

    /// Whether a commit is shown.
    func matches(_ commit: Commit) -> Bool {
        if let since, commit.committer.seconds < since { return false }
        if let until, commit.committer.seconds > until { return false }
        if let author, !author.matches("\(commit.author.name) <\(commit.author.email)>") { return false }
        guard let message else { return true }
        return commit.message.split(separator: "\n").contains { message.matches(String($0)) }
    }
}
