internal import GRDB

/// What the journal knows of a run under way beyond its record.
struct Resumption: Sendable {
    /// What a person wants of it.
    var control: RunControl?
    /// For the positions of steps that succeeded, their place in that order.
    var finishOrders: [Int: Int] = [:]
    /// For the positions of steps that are to be tried again, when.
    var dues: [Int: Timestamp] = [:]
    /// The processes of attempts that have not ended, as far as they were written down.
    var processes: [ProcessIdentity] = []
}

extension StateStore {
    /// What is needed to go on with a run.
    func resumption(of run: RunID) throws(EngineError) -> Resumption {
        try read { database in
            var resumption = Resumption()
            resumption.control = try Self.control(of: run, database)
            let steps = try Row.fetchAll(
                database.cachedStatement(sql: "SELECT position, finish_order, due_at FROM steps WHERE run = ?"),
                arguments: [run.description])
            for row in steps {
                resumption.finishOrders[row["position"]] = row["finish_order"] as Int?
                resumption.dues[row["position"]] = (row["due_at"] as Int?).map(Timestamp.init(milliseconds:))
            }
            let attempts = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT process, process_start FROM attempts
                        WHERE run = ? AND ended_at IS NULL AND process IS NOT NULL
                        """),
                arguments: [run.description])
            resumption.processes = attempts.map {
                ProcessIdentity(pid: $0["process"], startTicks: $0["process_start"])
            }
            return resumption
        }
    }
}
