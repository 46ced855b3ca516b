internal import GitStore
public import WorkflowLanguage

/// A revision as people write it: a workflow, and which state of it.
///
/// `deploy`, `deploy@v7`, `deploy@HEAD~3`, `deploy@main`, `deploy@<sha>`, `deploy@{2026-11-01}`, `deploy@worktree`.
public struct RevisionSpec: Hashable, Sendable, CustomStringConvertible {
    /// The workflow.
    public let name: WorkflowName
    /// Which state of it.
    public let selector: RevisionSelector

    /// A revision of a workflow.
    public init(name: WorkflowName, selector: RevisionSelector) {
        self.name = name
        self.selector = selector
    }

    /// Reads a revision.
    ///
    /// - Parameters:
    ///   - text: as typed.
    ///   - calendar: what `now` is and which offset from UTC a date without one has.
    /// - Throws: `invalidName` or `unknownRevision`, with what is allowed.
    public static func parse(_ text: String, calendar: LocalCalendar) throws(HistoryError) -> RevisionSpec {
        let at = text.firstIndex(of: "@")
        let nameText = at.map { String(text[..<$0]) } ?? text
        guard let name = WorkflowName(nameText) else {
            throw HistoryError(
                .invalidName, text, "not a workflow's name",
                hint: "names are made of letters, digits, - _ . and /, as in billing/invoice")
        }
        guard let at else { return RevisionSpec(name: name, selector: .tip) }
        let selector = try RevisionSelector.parse(String(text[text.index(after: at)...]), of: text, calendar: calendar)
        return RevisionSpec(name: name, selector: selector)
    }

    /// The form that ``parse(_:calendar:)`` reads.
    public var description: String {
        selector == .tip ? name.description : "\(name)@\(selector)"
    }
}

/// Which state of a workflow is meant.
public enum RevisionSelector: Hashable, Sendable, CustomStringConvertible {
    /// The current one: the tip of HEAD.
    case tip
    /// The version of that number, from 1.
    case version(Int)
    /// The version that was current at a time, in seconds since 1970.
    case time(Int)
    /// The state in a commit, in any form that git understands (`HEAD~3`, `main`, a sha).
    case commit(String)
    /// The file in the work tree, committed or not.
    case worktree

    /// Reads what follows the `@`. `v7` is always version 7: a tag of that name is `refs/tags/v7`.
    ///
    /// - Parameters:
    ///   - text: what follows the `@`.
    ///   - whole: what the error names; `text` itself where nil.
    public static func parse(
        _ text: String, of whole: String? = nil, calendar: LocalCalendar
    ) throws(HistoryError) -> RevisionSelector {
        let whole = whole ?? text
        if text == "worktree" { return .worktree }
        if text.first == "v", !text.dropFirst().isEmpty, text.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) {
            guard let number = Int(text.dropFirst()), number > 0 else {
                throw HistoryError(
                    .unknownRevision, whole, "no version has that number: they count from v1",
                    hint: "list them: wfrepo log")
            }
            return .version(number)
        }
        if text.hasPrefix("{") {
            guard text.hasSuffix("}"), let seconds = calendar.seconds(of: String(text.dropFirst().dropLast())) else {
                throw HistoryError(
                    .unknownRevision, whole, "not a date between the braces",
                    hint: "write {2026-11-01}, {2026-11-01 18:30}, {2026-11-01T18:30:00Z}, {yesterday} or {3 days ago}")
            }
            return .time(seconds)
        }
        guard !text.isEmpty else {
            throw HistoryError(
                .unknownRevision, whole, "nothing follows the @",
                hint: "write @v7, @HEAD~3, @main, @<sha>, @{2026-11-01} or @worktree")
        }
        return .commit(text)
    }

    /// The form after the `@`; empty for the tip.
    public var description: String {
        switch self {
        case .tip: ""
        case .version(let number): "v\(number)"
        case .time(let seconds): "{\(RFC3339.text(seconds: seconds))}"
        case .commit(let text): text
        case .worktree: "worktree"
        }
    }
}
