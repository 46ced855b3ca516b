import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowLanguage
import WorkflowRecords

/// How a run is told on a terminal: its heading, its steps with their times, and what went wrong.
struct RunReport {
    let record: RunRecord
    let output: TextOutput

    /// The whole report.
    func write() {
        writeHeading()
        if !record.inputs.isEmpty { writeInputs() }
        output.writeLine()
        writeSteps()
        writeWaits()
        writeFailure()
        writeLeftToDo()
    }

    /// What is left to say when the steps were shown while they ran: each one's share, how it ended, and what failed.
    func writeClosing() {
        writeFailure()
        let status = output.styled(record.status.rawValue, .bold, record.status.style)
        output.writeLine(
            "\n\(record.versionLabel) \(status)" + (record.duration.map { " in \($0.shortText)" } ?? ""))
        let steps = record.steps.filter { $0.duration != nil }
        if steps.count > 1 { writeSteps() }
        writeWaits()
        if record.status == .compensating {
            output.writeLine("not all is undone yet; go on with: wfrepo runs resume \(record.run)")
        }
        writeLeftToDo()
    }

    /// What a compensation that failed leaves to people: each step that is not undone, and how its undo went.
    private func writeLeftToDo() {
        let left = record.notUndone
        guard !left.isEmpty else { return }
        output.writeLine("\n" + output.styled("left to do by hand:", .bold, .red))
        for step in left {
            let error = step.compensation?.attempts.last?.error?.message
            output.writeLine("  undo step \(step.id)" + (error.map { ": \(visibleLine($0))" } ?? ""))
            writeTail(step.compensation?.log, lines: 5)
        }
        let definition = record.definition
        output.writeLine(
            output.styled(
                "  what their undoing was to do: git show \(definition.commit.object.short()):\(definition.path)", .dim)
        )
    }

    /// What the run waits for, and the command that ends that.
    private func writeWaits() {
        guard record.status != .paused else {
            return output.writeLine("go on with: wfrepo runs resume \(record.run)")
        }
        for step in record.stepsInOrder {
            guard step.status == .waiting, let wait = step.waiting else { continue }
            let terms = wait.terms(step.decisions).map { " (\($0))" } ?? ""
            output.writeLine("step \(step.id) \(visibleLine(wait.summary + terms))")
            if let command = wait.command(for: step.id, of: record.run) { output.writeLine("  go on with: \(command)") }
        }
    }

    /// Each step with its time and its share of the run's.
    func writeSteps() {
        var table = Table()
        for step in record.stepsInOrder {
            let mark = StepMark(step)
            table.add(
                .init(mark.symbol, mark.style), .init(Self.label(of: step)),
                .init(step.duration?.shortText ?? "", alignsRight: true),
                .init(share(of: step), .dim, alignsRight: true), .init(mark.note, .dim))
        }
        table.write(to: output, indent: "  ")
    }

    /// What a step is called in a table. A title may hold whatever an expression brings, and makes no column wider than a terminal.
    private static func label(of step: StepRecord) -> String {
        guard let title = step.title else { return step.id.description }
        return DisplayWidth.cut(title, to: longestTitle)
    }

    private static let longestTitle = 60

    /// What failed, and the last lines that it printed.
    func writeFailure() {
        guard let failure = record.error else { return }
        let place = failure.step.map { "step \($0): " } ?? ""
        output.writeLine("\n" + output.styled("failed:", .bold, .red) + " \(visible(place + failure.error.message))")
        guard let id = failure.step, let step = record.steps.first(where: { $0.id == id }), let log = step.log,
            !log.tail.isEmpty
        else { return }
        writeTail(log, lines: 10)
        output.writeLine(output.styled("  all of it: wfrepo runs logs \(record.run) \(id.shellWord)", .dim))
    }

    /// The last lines of a log, each behind a mark that what a step prints can't forge: a line ends where its bytes say so, also where
    /// a carriage return stands before, which to a `String` is one character with the line feed.
    private func writeTail(_ log: LogRecord?, lines: Int) {
        for line in (log?.tail ?? "").utf8.split(separator: 0x0A).suffix(lines) {
            output.writeLine(output.styled("  | ", .dim) + visible(String(Substring(line))))
        }
    }

    private func writeHeading() {
        let definition = record.definition
        let status = output.styled(record.status.rawValue, .bold, record.status.style)
        let time = record.duration.map { " in \($0.shortText)" } ?? ""
        output.writeLine("run \(record.run)  \(record.versionLabel)  \(status)\(time)")
        if let title = definition.title { output.writeLine("  " + visibleLine(title)) }
        let started = record.started ?? record.queued
        output.writeLine(
            "  \(started) by \(visibleLine(record.actor.name)), \(visibleLine(triggerText)); commit \(definition.commit.object.short())"
        )
    }

    private var triggerText: String {
        record.trigger.source.map { "\(record.trigger.event) (\($0))" } ?? record.trigger.event
    }

    private func writeInputs() {
        let inputs = record.inputs.entries.map { "\($0.key)=\($0.value.inline)" }.joined(separator: " ")
        output.writeLine("  inputs: " + visibleLine(inputs))
    }

    private func share(of step: StepRecord) -> String {
        // A result that was taken over took its time in another run.
        guard step.reusedFrom == nil, let part = step.duration?.wholeMilliseconds,
            let whole = record.duration?.wholeMilliseconds, whole > 0
        else { return "" }
        return "\((Double(part) / Double(whole) * 100).rounded().formattedInteger) %"
    }
}

/// A step's end in a sign, a colour and a few words.
struct StepMark {
    var symbol: String
    var style: Style
    var note: String

    init(_ step: StepRecord) {
        let attempts = step.attempts.count > 1 ? "\(step.attempts.count) attempts" : nil
        (symbol, style) = Self.sign(of: step.status)
        let notes: [String?] =
            switch step.status {
            case .succeeded where step.intervention != nil: ["set by hand"]
            case .succeeded: [attempts, Self.origin(of: step)]
            case .failed:
                [step.error?.message, attempts, step.conclusion == .success ? "the run goes on" : nil]
            case .skipped where step.intervention != nil: [step.skipped]
            case .skipped: ["skipped" + (step.skipped.map { ": \($0)" } ?? "")]
            case .compensated: ["undone"]
            case .waiting: [step.waiting?.summary ?? step.status.rawValue]
            default: [step.status.rawValue, step.error?.message]
            }
        note = notes.compactMap { $0 }.joined(separator: "; ")
    }

    /// Where a result comes from that the step did not make in this run, or why one is not kept.
    private static func origin(of step: StepRecord) -> String? {
        if let run = step.reusedFrom { return "reused from run \(run)" }
        switch step.cache?.use {
        case .taken(let run): return "from the cache: run \(run)"
        case .notKept(let reason): return "not kept in the cache: \(reason)"
        case .kept, nil: return nil
        }
    }

    static func sign(of status: StepStatus) -> (String, Style) {
        switch status {
        case .succeeded: ("✓", .green)
        case .failed, .compensationFailed: ("✗", .red)
        case .skipped: ("-", .dim)
        case .cancelled: ("■", .yellow)
        case .compensated: ("↶", .yellow)
        case .running, .compensating: ("●", .blue)
        case .retrying, .waiting: ("○", .yellow)
        case .pending, .ready: ("·", .dim)
        }
    }
}

extension Wait {
    /// Who has decided so far, how many are needed, and until when it waits; nil where there is nothing of that to say.
    fileprivate func terms(_ decisions: [Decision]) -> String? {
        var terms: [String] = []
        if case .approval(let approval) = self, approval.count > 1 {
            let people = decisions.map(\.person.email).joined(separator: ", ")
            terms.append("\(decisions.count) of \(approval.count) so far" + (people.isEmpty ? "" : ": \(people)"))
        }
        switch self {
        case .approval(let approval): terms += approval.lapses.map { ["until \($0)"] } ?? []
        case .signal(let signal): terms += signal.lapses.map { ["until \($0)"] } ?? []
        case .time, .moment, .answer, .call, .person: break
        }
        return terms.isEmpty ? nil : terms.joined(separator: "; ")
    }
}

extension RunStatus {
    /// The colour in which the status is shown.
    var style: Style {
        switch self {
        case .succeeded: .green
        case .failed, .compensationFailed: .red
        case .cancelled, .compensated, .compensating, .paused, .waiting: .yellow
        case .queued, .running: .blue
        }
    }

    /// How a command that waited for the run ends.
    var exitStatus: ExitStatus {
        switch self {
        case .succeeded: .success
        case .failed: .negative
        case .cancelled: .cancelled
        case .compensated: .compensated
        case .compensationFailed: .compensationFailed
        case .queued, .running, .waiting, .paused, .compensating: .paused
        }
    }
}

extension RunRecord {
    /// `deploy v7`, or what says that it has no number.
    var versionLabel: String { RanVersion(definition).label(of: definition.workflow, at: definition.commit) }
}

extension RanVersion {
    /// `deploy v7`, or what says that it has no number.
    func label(of workflow: WorkflowName, at commit: CommitID) -> String {
        switch self {
        case .number: "\(workflow) \(self)"
        case .worktree: "\(workflow)@worktree"
        case .unknown: "\(workflow) \(commit.object.short())"
        }
    }
}

extension Value {
    /// The value on one line: a string as it is, anything else as JSON.
    var inline: String {
        string ?? (try? json(JSONFormat(nonFinite: .bare))) ?? ""
    }
}
