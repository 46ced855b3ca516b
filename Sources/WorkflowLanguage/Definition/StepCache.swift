/// When a step takes its result from an earlier run (`cache:`).
public struct StepCache: Sendable {
    /// What the result depends on besides the step's definition and what it is given; nil means every file of the workspace.
    public var key: [Template]?
    /// The files that the step makes, as patterns relative to the workspace.
    public var paths: [Template]

    /// The table of the keys.
    static let keys = KeyTable(
        "`cache`",
        foreign: ["path": "write `paths`", "restore-keys": "a result that was made from something else is no result"],
        keys: [
            KeyTable.Key(
                "key", .either([.text, .list(of: .text)]), default: "every file of the workspace",
                "What the result depends on besides the step's definition and what it is given: texts, mostly `${{ hashFiles(…) }}`."
            ),
            KeyTable.Key(
                "paths", .either([.formatted(.glob), .list(of: .formatted(.glob), isUnique: true)]), default: "[]",
                "The files that the step makes: patterns relative to the workspace; a folder stands for all that is in it."
            ),
        ])
}
