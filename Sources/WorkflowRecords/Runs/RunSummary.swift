internal import DocumentTree
public import WorkflowEngine
public import WorkflowLanguage

/// A finished run in one line: what a person sees below a version in `git log`, and what a recorder's commit says of
/// each run in it.
///
/// `2026-11-21T05:20:06Z succeeded 01KB4X… deploy v7 3.2 s commit`: end, status, run, workflow, version, duration,
/// trigger. No field but the duration has a space in it, so that `awk` and `sort` work on the lines.
public struct RunSummary: Hashable, Sendable {
    /// The run.
    public var run: RunID
    /// The workflow.
    public var workflow: WorkflowName
    /// Which version of it ran.
    public var version: RanVersion
    /// How the run ended.
    public var status: RunStatus
    /// What started the run, in one word: `commit`, `manual` …
    public var trigger: String
    /// When the run ended, to the second.
    public var ended: Timestamp
    /// How long the run took, as the line says it: `3.2 s`, or `-` where it never started.
    public var duration: String

    /// What there is to say of a finished run in one line.
    public init(_ record: RunRecord) {
        run = record.run
        workflow = record.definition.workflow
        version = RanVersion(record.definition)
        status = record.status
        trigger = record.trigger.event.filter { !$0.isWhitespace }
        ended = Timestamp(milliseconds: (record.ended ?? record.queued).seconds * 1000)
        duration = record.duration?.shortText ?? "-"
    }

    /// Parses a line as ``line`` writes it; nil for any other text.
    public init?(line: some StringProtocol) {
        // By bytes: a space is one, whatever follows it, and a digest has twenty lines.
        let fields = Substring(line).utf8.split(separator: 0x20, omittingEmptySubsequences: false).map(Substring.init)
        guard fields.count >= 7, let ended = Timestamp(textToSeconds: fields[0]),
            let status = RunStatus(rawValue: String(fields[1])), let run = RunID(String(fields[2])),
            let workflow = WorkflowName(String(fields[3])), let version = RanVersion(String(fields[4])),
            let trigger = fields.last
        else { return nil }
        self.run = run
        self.workflow = workflow
        self.version = version
        self.status = status
        self.ended = ended
        self.trigger = String(trigger)
        duration = fields[5..<(fields.count - 1)].joined(separator: " ")
    }

    /// The run in one line, without a line break.
    public var line: String {
        let fields = [
            ended.textToSeconds, status.rawValue, run.description, workflow.description, version.description, duration,
            trigger.isEmpty ? "-" : trigger,
        ]
        return PrintableText.escape(fields.joined(separator: " "))
    }
}

/// Which version of a workflow ran, in one word.
public enum RanVersion: Hashable, Sendable, LosslessStringConvertible {
    /// A version of the branch's history: `v7`.
    case number(Int)
    /// The uncommitted file: `worktree`.
    case worktree
    /// A commit whose version number is unknown, as in a shallow clone: `v?`.
    case unknown

    /// The version that a run is pinned to.
    public init(_ definition: PinnedDefinition) {
        if definition.isUncommitted {
            self = .worktree
        } else {
            self = definition.version.map { .number($0) } ?? .unknown
        }
    }

    /// Parses `v7`, `worktree` or `v?`; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "worktree": self = .worktree
        case "v?": self = .unknown
        default:
            guard text.hasPrefix("v"), let number = Int(text.dropFirst()), number > 0 else { return nil }
            self = .number(number)
        }
    }

    /// `v7`, `worktree` or `v?`.
    public var description: String {
        switch self {
        case .number(let number): "v\(number)"
        case .worktree: "worktree"
        case .unknown: "v?"
        }
    }
}
