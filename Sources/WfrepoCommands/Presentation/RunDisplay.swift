import Glibc
import Synchronization
import WorkflowEngine
import WorkflowLanguage

/// Shows a run while it goes on: a line for each step that has ended and, on a terminal, below them the steps that run
/// now, with their time so far.
final class RunDisplay: Sendable {
    /// How much is shown.
    struct Options {
        /// Whether the running steps are redrawn in place.
        var isLive: Bool
        /// Whether what steps print is shown.
        var showsOutput: Bool
        /// The width of the terminal.
        var columns: Int
    }

    private let state: Mutex<State>

    /// A display of the run of `workflow` on `descriptor`.
    init(workflow: Workflow, descriptor: Int32, isColored: Bool, options: Options) {
        state = Mutex(State(workflow: workflow, descriptor: descriptor, isColored: isColored, options: options))
    }

    /// Takes in what the engine tells; may be called from any thread.
    func observe(_ progress: RunProgress) {
        state.withLock { state in
            state.erase()
            state.take(progress)
            state.draw()
        }
    }

    /// Takes in how long steps took before, from which it is told how long they still take.
    func learn(_ earlier: EarlierDurations) { state.withLock { $0.tree.earlier = earlier } }

    /// Redraws the running steps' times.
    func tick() {
        state.withLock { state in
            state.erase()
            state.draw()
        }
    }

    /// Stops drawing while somebody is asked something; what happens meanwhile is shown afterwards.
    func hold() {
        state.withLock { state in
            state.erase(andFlush: true)
            state.isHeld = true
        }
    }

    /// Draws again.
    func release() { state.withLock { $0.isHeld = false } }

    /// Takes the running steps off the screen, at the end.
    func finish() { state.withLock { $0.erase(andFlush: true) } }
}

private struct State: ~Copyable {
    private let output: TextOutput
    private let descriptor: Int32
    private let options: RunDisplay.Options
    private let width: Int
    var tree: LiveTree
    private var drawnLines = 0
    var isHeld = false
    private var partialLines: [StepID: [UInt8]] = [:]

    init(workflow: Workflow, descriptor: Int32, isColored: Bool, options: RunDisplay.Options) {
        output = TextOutput(descriptor: descriptor, isColored: isColored)
        self.descriptor = descriptor
        self.options = options
        tree = LiveTree(workflow)
        width = min(30, workflow.steps.map { $0.id.description.count }.max() ?? 0)
    }

    mutating func take(_ progress: RunProgress) {
        switch progress {
        case .runStarted(_, let isResumed):
            if isResumed { output.writeLine("resumed") }
        case .itemsBegan: break
        case .attemptStarted(let step, let phase, let number):
            tree.begin(step, number: number, isUndoing: phase == .undo, at: Self.clock())
        case .output(let step, _, _, let bytes):
            if options.showsOutput { show(bytes, of: step) }
        case .retrying(let step, _, let number, let error, let delay):
            end(step)
            writeStep(
                "↻", .yellow, step, time: "",
                note: "\(error.message); attempt \(number + 1) in \(delay.shortText)")
        case .stepWaits(let record):
            end(record.id)
            let mark = StepMark(record)
            writeStep(mark.symbol, mark.style, record.id, time: "", note: mark.note)
        case .stepEnded(let record):
            end(record.id)
            tree.ended.insert(record.id)
            let mark = StepMark(record)
            writeStep(
                mark.symbol, mark.style, record.id, time: record.duration?.shortText ?? "", note: mark.note)
        case .stepUndone(let record):
            end(record.id)
            let isUndone = record.compensation?.status == .succeeded
            writeStep(
                isUndone ? "↶" : "✗", isUndone ? .yellow : .red, record.id, time: "",
                note: isUndone ? "undone" : "its compensation failed")
        case .heldUp(let error):
            output.writeLine("\(output.styled("held up:", .yellow)) \(visibleLine(error.description))")
        case .noPlace(let group, let holders, let isLeftOut):
            let place = "in the concurrency group \"\(group)\""
            let held = holders.isEmpty ? "" : ", held by run " + holders.map(\.description).joined(separator: ", ")
            output.writeLine(
                "\(output.styled("○", .yellow)) "
                    + visibleLine((isLeftOut ? "left out: no place is free " : "waits for a place ") + place + held))
        case .runLeft: break
        }
    }

    private mutating func end(_ step: StepID) {
        tree.end(step)
        if let rest = partialLines.removeValue(forKey: step), !rest.isEmpty { writeOutputLine(rest, of: step) }
    }

    private func writeStep(_ symbol: String, _ style: Style, _ step: StepID, time: String, note: String) {
        let padding = String(repeating: " ", count: max(0, width - step.description.count))
        let timePadding = String(repeating: " ", count: max(0, 9 - time.count))
        let line = "\(output.styled(symbol, style)) \(step)\(padding)\(timePadding)\(time)"
        output.writeLine(note.isEmpty ? line : "\(line)  \(output.styled(visibleLine(note), .dim))")
    }

    /// Shows whole lines of what a step prints, under its name, so that parallel steps do not mix.
    private mutating func show(_ bytes: [UInt8], of step: StepID) {
        var pending = partialLines[step] ?? []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                writeOutputLine(pending, of: step)
                pending.removeAll()
            } else if pending.count < 4096 {
                pending.append(byte)
            }
        }
        partialLines[step] = pending
    }

    private func writeOutputLine(_ line: [UInt8], of step: StepID) {
        output.writeLine(
            output.styled("  \(step) | ", .dim) + visible(String(decoding: line, as: UTF8.self)))
    }

    /// Takes the live lines off the screen.
    mutating func erase(andFlush: Bool = false) {
        if drawnLines > 0 { output.write("\u{1B}[\(drawnLines)A\u{1B}[J") }
        drawnLines = 0
        if andFlush { output.flush() }
    }

    /// Draws the live lines.
    mutating func draw() {
        guard !isHeld else { return }
        defer { output.flush() }
        guard options.isLive else { return }
        // It may have another size by now.
        let size = Terminal.size(of: descriptor)
        let lines = tree.lines(
            at: Self.clock(), columns: size?.columns ?? options.columns, rows: size?.rows ?? 24)
        for line in lines { output.writeLine(line) }
        drawnLines += lines.count
    }

    /// Milliseconds of a clock that never goes back.
    private static func clock() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }
}
