internal import FoundationEssentials
internal import GRDB
internal import GitStore

/// Reads the run records of a segment into the index.
struct RunIndexing {
    private let update: IndexUpdate
    private let source: Int
    private var repository: Repository { update.repository }

    init(_ update: IndexUpdate, source: Int) {
        self.update = update
        self.source = source
    }

    /// Adds the runs whose records are among some notes of the segment.
    func run(_ notes: [NotesTree.Note]) throws {
        let writer = try RunIndexWriter(update, source: source)
        try ObjectPipeline.run(
            notes, of: repository, as: .blob, object: { $0.note.object }, parse: StoredRun.init, take: writer.add)
        try writer.finish()
    }
}

/// A run, and where its record is.
private struct StoredRun: Sendable {
    let run: IndexedRun
    let commit: CommitID
    let note: BlobID
    /// Of the note in bytes.
    let size: Int

    /// nil where the note is no record.
    init?(_ note: NotesTree.Note, _ bytes: [UInt8]) {
        guard RunNote.isRecord(bytes), let run = IndexedRun(note: bytes) else { return nil }
        self.run = run
        commit = CommitID(note.target)
        self.note = note.note
        size = bytes.count
    }
}

/// Writes runs, and sums them up by day.
private final class RunIndexWriter {
    private let update: IndexUpdate
    private let source: Int
    private var workflows: [String: Int] = [:]
    private var definitions: [String: Int] = [:]
    private var days: [DayKey: DaySum] = [:]
    private var durations: [DurationKey: [Int]] = [:]
    private var steps: [StepKey: StepSum] = [:]
    private var errors: [ErrorKey: ErrorSum] = [:]
    private var done = 0
    /// How many of them are in sums that have been written.
    private var summed = 0
    private let insert: Statement
    private let text: Statement

    private struct DayKey: Hashable {
        var day: Int
        var workflow: Int
        var version: Int
        var definition: Int
        var status: String
    }

    private struct DurationKey: Hashable {
        var day: Int
        var workflow: Int
    }

    private struct DaySum {
        var runs = 0
        var timed = 0
        var duration = 0
        var bytes = 0

        mutating func add(_ run: IndexedRun, bytes: Int) {
            runs += 1
            timed += run.duration == nil ? 0 : 1
            duration += run.duration ?? 0
            self.bytes += bytes
        }
    }

    private struct StepKey: Hashable {
        var day: Int
        var workflow: Int
        var step: String
    }

    private struct StepSum {
        var runs = 0
        var failed = 0
        var skipped = 0
        var retried = 0
        var recovered = 0
        var duration = 0

        mutating func add(_ step: IndexedStep, hasFailed: Bool) {
            runs += step.attempts > 0 ? 1 : 0
            failed += hasFailed ? 1 : 0
            skipped += step.status == "skipped" ? 1 : 0
            retried += step.attempts > 1 ? 1 : 0
            recovered += step.isRecovered ? 1 : 0
            duration += step.duration ?? 0
        }
    }

    private struct ErrorKey: Hashable {
        var step: StepKey
        var kind: String
    }

    private struct ErrorSum {
        var attempts = 0
        var failed = 0
        var recovered = 0
    }

    init(_ update: IndexUpdate, source: Int) throws {
        self.update = update
        self.source = source
        insert = try update.database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO runs (id, source, workflow, version, uncommitted, commit_id, definition, status,
                    trigger, actor, queued, started, ended, duration, error_step, error_class, error_message, run_commit,
                    note, bytes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        text = try update.database.cachedStatement(
            sql: "INSERT INTO texts (text, kind, subject, workflow, time, source) VALUES (?, 'run', ?, ?, ?, ?)")
    }

    /// Adds a run, where it is not there yet; another clone may have sent the same.
    func add(_ stored: StoredRun) throws {
        let run = stored.run
        guard let queued = run.queued else { return }
        let workflow = try self.workflow(run.workflow)
        let definition = try self.definition(run.blob)
        let ended = run.ended ?? queued
        try insert.execute(arguments: [
            run.id, source, workflow, run.version, run.isUncommitted, run.commit, definition, run.status, run.trigger,
            run.actor, queued, run.started, ended, run.duration, run.errorStep, run.errorClass, run.errorMessage,
            stored.commit.description, stored.note.description, stored.size,
        ])
        guard update.database.changesCount > 0 else { return try update.keepDouble(run.id, of: source, in: "runs") }
        done += 1
        if done.isMultiple(of: 1000) { update.index.progress(.init(part: .runs, done: done)) }
        let day = ended.flooredQuotient(by: 86_400_000)
        let key = DayKey(
            day: day, workflow: workflow, version: run.version ?? (run.isUncommitted ? 0 : -1), definition: definition,
            status: run.status)
        days[key, default: DaySum()].add(run, bytes: stored.size)
        if let duration = run.duration {
            durations[DurationKey(day: day, workflow: workflow), default: []].append(duration)
        }
        for step in run.steps { add(step, day, workflow) }
        if let kind = run.errorClass, run.errorStep == nil {
            let key = ErrorKey(step: StepKey(day: day, workflow: workflow, step: ""), kind: kind)
            errors[key, default: ErrorSum()].attempts += 1
            errors[key, default: ErrorSum()].failed += 1
        }
        try addText(of: run, at: ended)
        // Sums are small; what bounds them is the number of days and steps.
        if days.count + steps.count + done - summed > 100_000 { try writeSums() }
    }

    private func add(_ step: IndexedStep, _ day: Int, _ workflow: Int) {
        let key = StepKey(day: day, workflow: workflow, step: step.id)
        let hasFailed = step.status == "failed"
        steps[key, default: StepSum()].add(step, hasFailed: hasFailed)
        for (index, error) in step.errors.enumerated() {
            let errorKey = ErrorKey(step: key, kind: error.kind)
            errors[errorKey, default: ErrorSum()].attempts += 1
            if hasFailed, index == step.errors.count - 1 { errors[errorKey, default: ErrorSum()].failed += 1 }
            if step.isRecovered, index == 0 { errors[errorKey, default: ErrorSum()].recovered += 1 }
        }
    }

    /// What can be searched for: why the run and its steps failed.
    private func addText(of run: IndexedRun, at ended: Int) throws {
        var messages = [run.errorMessage].compactMap { $0 }
        for error in run.steps.flatMap(\.errors) where !messages.contains(error.message) {
            messages.append(error.message)
        }
        guard !messages.isEmpty else { return }
        try text.execute(arguments: [messages.joined(separator: "\n"), run.id, run.workflow, ended, source])
    }

    private func workflow(_ name: String) throws -> Int {
        if let known = workflows[name] { return known }
        let id = try number(of: name, in: "workflows", "name")
        workflows[name] = id
        return id
    }

    private func definition(_ blob: String) throws -> Int {
        if let known = definitions[blob] { return known }
        let id = try number(of: blob, in: "definitions", "blob")
        definitions[blob] = id
        return id
    }

    private func number(of text: String, in table: String, _ column: String) throws -> Int {
        let database = update.database
        try database.execute(sql: "INSERT OR IGNORE INTO \(table) (\(column)) VALUES (?)", arguments: [text])
        return try Int.fetchOne(database, sql: "SELECT id FROM \(table) WHERE \(column) = ?", arguments: [text]) ?? 0
    }

    /// Writes what has been summed up.
    func finish() throws {
        try writeSums()
        if done > 0 { update.index.progress(.init(part: .runs, done: done)) }
    }

    private func writeSums() throws {
        try writeDays()
        try writeDurations()
        let step = try adding(
            to: "step_days", key: ["day", "workflow", "step", "source"],
            sums: ["runs", "failed", "skipped", "retried", "recovered", "duration"])
        for (key, sum) in steps {
            try step.execute(arguments: [
                key.day, key.workflow, key.step, source, sum.runs, sum.failed, sum.skipped, sum.retried, sum.recovered,
                sum.duration,
            ])
        }
        let error = try adding(
            to: "error_days", key: ["day", "workflow", "step", "class", "source"],
            sums: ["attempts", "failed", "recovered"])
        for (key, sum) in errors {
            try error.execute(arguments: [
                key.step.day, key.step.workflow, key.step.step, key.kind, source, sum.attempts, sum.failed,
                sum.recovered,
            ])
        }
        (days, durations, steps, errors) = ([:], [:], [:], [:])
        summed = done
    }

    /// A statement that adds to the sums of a row, which it makes where it is missing; its arguments are the key, then the sums.
    private func adding(to table: String, key: [String], sums: [String]) throws -> Statement {
        let columns = key + sums
        let changes = sums.map { "\($0) = \($0) + excluded.\($0)" }
        return try update.database.cachedStatement(
            sql: """
                INSERT INTO \(table) (\(columns.joined(separator: ", ")))
                VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
                ON CONFLICT DO UPDATE SET \(changes.joined(separator: ", "))
                """)
    }

    private func writeDays() throws {
        let day = try adding(
            to: "days", key: ["day", "workflow", "status", "source"], sums: ["runs", "timed", "duration", "bytes"])
        let version = try adding(
            to: "version_days", key: ["workflow", "day", "version", "definition", "status", "source"],
            sums: ["runs", "timed", "duration"])
        for (key, sum) in days {
            try day.execute(arguments: [
                key.day, key.workflow, key.status, source, sum.runs, sum.timed, sum.duration, sum.bytes,
            ])
            try version.execute(arguments: [
                key.workflow, key.day, key.version, key.definition, key.status, source, sum.runs, sum.timed,
                sum.duration,
            ])
        }
    }

    private func writeDurations() throws {
        let known = try update.database.cachedStatement(
            sql: "SELECT sketch FROM duration_days WHERE workflow = ? AND day = ? AND source = ?")
        let keep = try update.database.cachedStatement(
            sql: "INSERT OR REPLACE INTO duration_days (workflow, day, source, sketch) VALUES (?, ?, ?, ?)")
        for (key, durations) in durations {
            var sketch = DurationSketch(durations)
            if let old = try Data.fetchOne(known, arguments: [key.workflow, key.day, source]),
                let old = DurationSketch(bytes: Array(old))
            {
                sketch.add(old)
            }
            try keep.execute(arguments: [key.workflow, key.day, source, Data(sketch.bytes)])
        }
    }
}
