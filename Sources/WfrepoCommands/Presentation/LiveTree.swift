import WorkflowEngine
import WorkflowLanguage

/// The steps that run now as lines of text: each with its time so far and, where earlier runs tell, what is left of it; the
/// items of a step below it.
struct LiveTree {
    private struct Entry {
        var step: StepID
        var number: Int
        var isUndoing: Bool
        var since: Int
    }

    /// How long steps took before.
    var earlier = EarlierDurations()
    /// The steps that are over.
    var ended: Set<StepID> = []
    private var running: [Entry] = []
    private let steps: [Step]
    /// What was left of the whole run, and when that was worked out, in milliseconds.
    private var estimate: (at: Int, left: Duration?)?

    /// How many steps are shown at most.
    private static let most = 10
    /// How long an estimate counts, in milliseconds: it takes a look at every step, and what happens in a run may be thousands
    /// of times as often.
    private static let estimateLasts = 500

    init(_ workflow: Workflow) { steps = workflow.steps }

    /// An attempt begins; times are in milliseconds.
    mutating func begin(_ step: StepID, number: Int, isUndoing: Bool, at now: Int) {
        running.append(Entry(step: step, number: number, isUndoing: isUndoing, since: now))
    }

    mutating func end(_ step: StepID) { running.removeAll { $0.step == step } }

    /// The lines, none longer than a terminal of that many columns is wide, and fewer than it has rows.
    mutating func lines(at now: Int, columns: Int, rows: Int = 24) -> [String] {
        guard !running.isEmpty else { return [] }
        var lines: [String] = []
        // Two more lines may follow, and one is the cursor's.
        let most = min(Self.most, max(1, rows - 3))
        for entry in ordered.prefix(most) {
            let isItem = entry.step.withoutItem != entry.step
            lines.append((isItem ? "  └ " : "● ") + text(entry, at: now))
        }
        if running.count > most { lines.append("  and \(running.count - most) more") }
        if let left = estimatedRest(at: now), left > .zero { lines.append("  about \(left.roughText) left") }
        return lines.map { String($0.prefix(max(10, columns - 1))) }
    }

    /// Items stand behind their step, whatever came in between.
    private var ordered: [Entry] {
        let owners = running.filter { $0.step.withoutItem == $0.step }
        let items = running.filter { $0.step.withoutItem != $0.step }
        return owners.flatMap { owner in [owner] + items.filter { $0.step.withoutItem == owner.step } }
            + items.filter { item in !owners.contains { $0.step == item.step.withoutItem } }
    }

    private func text(_ entry: Entry, at now: Int) -> String {
        let elapsed = Duration.milliseconds(max(0, now - entry.since))
        var text = "\(entry.isUndoing ? "undoing " : "")\(entry.step)  \(elapsed.shortText)"
        if !entry.isUndoing, let left = earlier.remaining(of: entry.step, after: elapsed) {
            text += "  ~\(left.roughText) left"
        }
        if entry.number > 1 { text += "  attempt \(entry.number)" }
        return text
    }

    private mutating func estimatedRest(at now: Int) -> Duration? {
        if let estimate, (0..<Self.estimateLasts).contains(now - estimate.at) {
            return estimate.left.map { $0 - .milliseconds(now - estimate.at) }
        }
        let left = remaining(at: now)
        estimate = (now, left)
        return left
    }

    /// How long the run still takes if its steps take as long as they did: the longest way through those that are left.
    /// Nil where nothing is known of one of them.
    private func remaining(at now: Int) -> Duration? {
        guard !running.contains(where: \.isUndoing) else { return nil }
        let elapsed = Dictionary(
            running.map { ($0.step, Duration.milliseconds(max(0, now - $0.since))) }, uniquingKeysWith: { $1 })
        var finish: [StepID: Duration] = [:]
        var open = steps
        // A pass settles at least one step, since there is no circle; written order mostly settles all.
        while !open.isEmpty {
            var left: [Step] = []
            for step in open {
                let before = step.needs.map { finish[$0] }
                guard !before.contains(where: { $0 == nil }) else {
                    left.append(step)
                    continue
                }
                let start = before.compactMap { $0 }.max() ?? .zero
                if ended.contains(step.id) {
                    finish[step.id] = .zero
                } else if let elapsed = elapsed[step.id] {
                    guard let own = earlier.remaining(of: step.id, after: elapsed) else { return nil }
                    finish[step.id] = own
                } else {
                    guard let own = earlier.quantile(0.5, of: step.id) else { return nil }
                    finish[step.id] = start + own
                }
            }
            guard left.count < open.count else { return nil }
            open = left
        }
        return finish.values.max()
    }
}

extension Duration {
    /// An estimate, without digits that nobody can know: `12 s`, `3 min 20 s`, `2 h 5 min`.
    fileprivate var roughText: String {
        let seconds = max(1, Int((self / .seconds(1)).rounded()))
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}
