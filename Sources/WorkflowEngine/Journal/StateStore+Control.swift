internal import GRDB

extension StateStore {
    /// What people want of a run that its driver has yet to look at: to cancel it, or to pause it; nil where it is to go on.
    func wish(of run: RunID) throws(EngineError) -> RunControl? {
        try read { database in
            let control = try Self.control(of: run, database)
            let pending = try Self.pendingSignals(run, database)
            return pending.reduce(control) { wanted, pending in
                if wanted?.isCancel == true { return wanted }
                return switch pending.signal.wish {
                case .pause: .pause
                case .cancel(let compensating): compensating ? .cancel : .cancelWithoutUndo
                case .resume: nil
                // Pauses and cancellations become the run's own state; what is meant for steps stays for them.
                default: wanted
                }
            }
        }
    }

    /// What somebody wants of a run as long as it is not done; nil where it is to go on.
    static func control(of run: RunID, _ database: Database) throws -> RunControl? {
        try String.fetchOne(
            database.cachedStatement(sql: "SELECT control FROM runs WHERE id = ?"), arguments: [run.description]
        ).flatMap(RunControl.init(rawValue:))
    }
}
