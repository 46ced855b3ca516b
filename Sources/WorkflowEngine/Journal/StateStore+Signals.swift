public import DocumentTree
internal import GRDB

/// What somebody wants of a run.
public struct RunSignal: Hashable, Sendable {
    /// What is asked for: `cancel`, `pause`, or a name that a step waits for.
    public var name: String
    /// What comes with it.
    public var data: Value

    /// A signal.
    public init(name: String, data: Value = .null) {
        self.name = name
        self.data = data
    }

    /// Ends the run; its finished steps are undone where the workflow says so and `compensating` is true.
    public static func cancel(compensating: Bool = true) -> RunSignal {
        RunSignal(name: "cancel", data: ["compensate": .bool(compensating)])
    }

    /// Stops the run after the steps that are under way, until somebody resumes it.
    public static let pause = RunSignal(name: "pause")

    /// What the signal asks of the run as a whole; nil where it is meant for a step.
    var control: RunControl? {
        switch name {
        case "pause": .pause
        case "cancel": data["compensate"]?.bool == false ? .cancelWithoutUndo : .cancel
        default: nil
        }
    }
}

extension StateStore {
    /// Leaves a signal for whoever drives the run, or will.
    public func send(_ signal: RunSignal, to run: RunID) throws(EngineError) {
        let now = clock.now.milliseconds
        try write { database in
            try database.execute(
                sql: "INSERT INTO signals (run, name, data, sent_at) VALUES (?, ?, ?, ?)",
                arguments: [run.description, signal.name, try signal.data.json(.journal), now])
        }
    }

    /// Takes the signals of a run that nobody has taken yet, in the order in which they were sent. Each is given out
    /// exactly once, whoever asks.
    func claimSignals(_ run: RunID) throws(EngineError) -> [RunSignal] {
        let now = clock.now.milliseconds
        return try write { database in
            let signals = try Row.fetchAll(
                database.cachedStatement(
                    sql:
                        "UPDATE signals SET claimed_at = ? WHERE run = ? AND claimed_at IS NULL RETURNING id, name, data"
                ),
                arguments: [now, run.description]
            ).sorted { ($0["id"] as Int) < ($1["id"] as Int) }.map { row in
                RunSignal(name: row["name"], data: try Value(json: (row["data"] as String?) ?? "null"))
            }
            // In the same transaction: a runner that dies now must not take the wish with it.
            for control in signals.compactMap(\.control) {
                try database.execute(
                    sql: "UPDATE runs SET control = ? WHERE id = ? AND (control IS NULL OR control = ?)",
                    arguments: [control.rawValue, run.description, RunControl.pause.rawValue])
            }
            return signals
        }
    }
}
