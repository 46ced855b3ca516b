internal import GRDB

extension StateStore {
    /// Makes this process the one that drives the run. Where it is that already, nothing is written.
    /// - Throws: `EngineError.driven` where another living process drives it.
    func acquireLease(_ run: RunID, host: String) throws(EngineError) {
        let process = try Self.thisProcess()
        let now = clock.now
        if let lease = try lease(run), lease.process == process, lease.host == host, lease.boot == BootID.current,
            now.since(lease.heartbeat) < Lease.heartbeatInterval
        {
            return
        }
        try write { database in
            if let lease = try Self.lease(run, database), lease.process != process, lease.isHeld(from: host, at: now) {
                throw EngineError(
                    .driven, "\(lease.holder) drives it", object: "run \(run)",
                    hint: "wfrepo runs show \(run)")
            }
            try Self.take(run, for: process, on: host, at: now, database)
        }
    }

    static func thisProcess() throws(EngineError) -> ProcessIdentity {
        guard let process = ProcessIdentity.current else {
            throw EngineError(.system, "cannot read /proc/self/stat: is /proc mounted?")
        }
        return process
    }

    /// Writes within a transaction that a process drives the run.
    static func take(
        _ run: RunID, for process: ProcessIdentity, on host: String, at now: Timestamp, _ database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO leases (run, host, boot, process, process_start, heartbeat_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                run.description, host, BootID.current, Int(process.pid), process.startTicks, now.milliseconds,
            ])
    }

    /// Says that this process still drives the run.
    /// - Throws: `EngineError.driven` where it was silent for so long that another one has taken the run over.
    func renewLease(_ run: RunID, host: String) throws(EngineError) {
        guard let process = ProcessIdentity.current else { return }
        let now = clock.now.milliseconds
        try write { database in
            try database.cachedStatement(sql: "UPDATE leases SET heartbeat_at = ? WHERE \(Self.isOwn)")
                .execute(arguments: [now, run.description, host, Int(process.pid), process.startTicks])
            guard database.changesCount == 0 else { return }
            let holder = try Self.lease(run, database)?.holder ?? "another process"
            throw EngineError(
                .driven, "\(holder) has taken it over, because nothing was heard of this one", object: "run \(run)",
                hint: "wfrepo runs watch \(run)")
        }
    }

    /// Gives the run up; a lease that another process has taken over stays.
    func releaseLease(_ run: RunID, host: String) throws(EngineError) {
        // The transaction that ended the run has given it up already.
        guard let process = ProcessIdentity.current, try lease(run)?.process == process else { return }
        try write { try Self.release(run.description, from: process, on: host, $0) }
    }

    /// Writes within a transaction that a process drives the run no more.
    static func release(
        _ run: String, from process: ProcessIdentity, on host: String, _ database: Database
    ) throws {
        try database.cachedStatement(sql: "DELETE FROM leases WHERE \(isOwn)")
            .execute(arguments: [run, host, Int(process.pid), process.startTicks])
    }

    private static let isOwn = "run = ? AND host = ? AND process = ? AND process_start = ?"

    /// Who drives the run, or drove it and died; nil where nobody does.
    public func lease(_ run: RunID) throws(EngineError) -> Lease? {
        try read { try Self.lease(run, $0) }
    }

    /// The runs that were under way in a process that is no longer there, the earliest first, and those that nobody took up
    /// within ``takeUpTime`` after they were submitted. What a person paused, and what waits for a time or a signal, is not
    /// among them.
    public func interruptedRuns(host: String) throws(EngineError) -> [RunID] {
        let now = clock.now
        return try read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM runs WHERE status IN (?, ?) OR (status = ? AND queued_at <= ?) ORDER BY id
                    """,
                arguments: [
                    RunStatus.running.rawValue, RunStatus.compensating.rawValue, RunStatus.queued.rawValue,
                    now.advanced(by: .zero - Self.takeUpTime).milliseconds,
                ]
            ).compactMap { RunID($0) }.filter { run in
                guard let lease = try Self.lease(run, database) else { return true }
                return !lease.isHeld(from: host, at: now)
            }
        }
    }

    /// How long a process that submitted a run, or was started to drive it, may take until it drives it.
    static let takeUpTime = Duration.seconds(5)

    static func lease(_ run: RunID, _ database: Database) throws -> Lease? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT * FROM leases WHERE run = ?"), arguments: [run.description]
        ).map { row in
            Lease(
                host: row["host"], boot: row["boot"],
                process: ProcessIdentity(pid: row["process"], startTicks: row["process_start"]),
                heartbeat: Timestamp(milliseconds: row["heartbeat_at"]))
        }
    }
}
