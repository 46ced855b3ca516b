import ArgumentParser
import Glibc
import WorkflowEngine
import WorkflowLanguage

struct RunsLogsCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "logs", abstract: "Print what a run's steps printed, secrets masked.")

    @Argument(help: "The run's id, the start or end of it, or 'latest'.", completion: .runs)
    var run: String

    @Argument(help: "Only this step.")
    var step: String?

    @Option(help: "Only this attempt of each step.")
    var attempt: Int?

    @Flag(help: "Print the bytes as the step wrote them, also control characters.")
    var raw = false

    func validate() throws {
        if let attempt, attempt < 1 { throw ValidationError("--attempt takes a whole number from 1.") }
    }

    func run(in context: CommandContext) throws {
        let session = try RunSession(context, isLooking: true)
        let directory = RunDirectory(session: session)
        let record = try directory.record(try directory.run(run))
        let steps = try chosenSteps(of: record)
        if let attempt, !steps.contains(where: { $0.attempts.contains { $0.number == attempt } }) {
            let most = steps.flatMap(\.attempts).map(\.number).max() ?? 0
            throw CommandFailure(
                "no step of run \(record.run) had an attempt \(attempt)", hint: "The last one was attempt \(most).")
        }
        for step in steps {
            if self.step == nil { context.output.writeLine(context.output.styled("==> \(step.id) <==", .bold)) }
            try write(step, of: record, from: session.engine, to: context.output)
            let left = [step.log, step.compensation?.log].compactMap(\.?.omitted).reduce(0, +)
            guard left > 0 else { continue }
            context.output.flush()
            context.errors.note(
                "\(left) bytes of what step \(step.id) printed were not kept: its log was full, or the disk")
        }
    }

    private func chosenSteps(of record: RunRecord) throws(CommandFailure) -> [StepRecord] {
        guard let step else { return record.steps.filter { !$0.attempts.isEmpty } }
        let found = record.steps.filter { $0.id.description == step }
        guard !found.isEmpty else {
            throw CommandFailure(
                "run \(record.run) has no step '\(step)'",
                hint: "its steps: \(record.steps.map(\.id.description).joined(separator: ", "))")
        }
        return found
    }

    private func write(_ step: StepRecord, of record: RunRecord, from engine: Engine, to output: TextOutput) throws {
        var logs = step.attempts.map(\.number).filter { attempt == nil || $0 == attempt }.map { number in
            (AttemptPhase.do, number)
        }
        logs += (step.compensation?.attempts ?? []).map { (AttemptPhase.undo, $0.number) }
        for (phase, number) in logs {
            if logs.count > 1 {
                output.writeLine(output.styled("--> \(phase == .undo ? "undo, " : "")attempt \(number)", .dim))
            }
            copy(engine.logPath(record.run, step.id, phase, attempt: number), to: output)
        }
    }

    private func copy(_ path: String, to output: TextOutput) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var pending: [UInt8] = []
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            guard !raw else {
                output.write(bytes: chunk.prefix(count))
                continue
            }
            // A line at a time, so that no character is cut.
            guard let end = chunk.prefix(count).lastIndex(of: UInt8(ascii: "\n")) else {
                pending += chunk.prefix(count)
                continue
            }
            output.write(visible(String(decoding: pending + chunk[...end], as: UTF8.self)))
            pending = Array(chunk[(end + 1)..<count])
        }
        if !pending.isEmpty { output.writeLine(visible(String(decoding: pending, as: UTF8.self))) }
    }
}
