/// All that a repository's settings allow workflows to use.
public struct AllowLists: Sendable, Hashable {
    /// Kinds of step.
    public var kinds: AllowList
    /// Programs that steps start directly.
    public var programs: AllowList
    /// Hosts that kinds of step connect to.
    public var hosts: AllowList

    /// Lists; everything is allowed where none is given.
    public init(kinds: AllowList = AllowList(), programs: AllowList = AllowList(), hosts: AllowList = AllowList()) {
        self.kinds = kinds
        self.programs = programs
        self.hosts = hosts
    }

    /// What a repository without settings allows.
    public static let everything = AllowLists()

    /// What these allow and `other` don't, for people: `hosts: example.test`; empty where nothing is wider.
    public func excess(over other: AllowLists) -> [String] {
        [
            ("kinds", kinds.excess(over: other.kinds)), ("programs", programs.excess(over: other.programs)),
            ("hosts", hosts.excess(over: other.hosts)),
        ].filter { !$1.isEmpty }.map { "\($0): \($1.joined(separator: ", "))" }
    }
}
