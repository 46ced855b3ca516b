internal import DocumentTree
internal import GRDB
internal import WorkflowLanguage

/// What a circuit breaker says to an attempt.
enum CircuitVerdict: Hashable {
    /// The service may be asked.
    case closed
    /// It failed too often, and has had its rest: this attempt tries whether it works again.
    case probe
    /// Nobody may ask it until then.
    case open(until: Timestamp)
    /// The attempt of another run tries it just now.
    case probed(by: RunID)
}

/// The states of circuit breakers, which all runs share: closed, open, and, once the time is over, half open, when one run
/// alone tries.
extension StateStore {
    /// Whether an attempt of a run may ask a service. One that may try it (`probe`) is the only one until it says how that went
    /// (`leaveCircuit`), or its run is no longer driven.
    func enterCircuit(_ name: String, as run: RunID, host: String) throws(EngineError) -> CircuitVerdict {
        let now = clock.now
        // Mostly there is nothing to tell, and so nothing to write.
        guard try read({ try Circuit(name, $0)?.openUntil }) != nil else { return .closed }
        return try write { database in
            guard var circuit = try Circuit(name, database), let until = circuit.openUntil else { return .closed }
            guard until <= now else { return .open(until: until) }
            if let other = circuit.probe, other != run,
                try Self.lease(other, database)?.isHeld(from: host, at: now) == true
            {
                return .probed(by: other)
            }
            circuit.probe = run
            try circuit.save(database)
            return .probe
        }
    }

    /// Notes how an attempt went that asked a service.
    ///
    /// - Parameter hasFailed: nil where nothing can be told: the attempt was cut short.
    func leaveCircuit(
        _ name: String, as run: RunID, _ policy: CircuitPolicy, hasFailed: Bool?
    ) throws(EngineError) {
        let now = clock.now
        if hasFailed != true, try read({ try Circuit(name, $0)?.probe }) != run { return }
        try write { database in
            var circuit = try Circuit(name, database) ?? Circuit(name)
            let isProbe = circuit.probe == run
            if isProbe { circuit.probe = nil }
            switch hasFailed {
            case true?:
                circuit.failures = circuit.failures.filter { $0 > now.advanced(by: .zero - policy.window) } + [now]
                if isProbe || (circuit.openUntil == nil && circuit.failures.count >= policy.failures) {
                    circuit.openUntil = now.advanced(by: policy.openFor)
                    circuit.failures = []
                }
                try circuit.save(database)
            case false?: if isProbe { try circuit.remove(database) }
            case nil: try circuit.save(database)
            }
        }
    }
}

extension StateStore {
    /// The circuit breakers that hold something against a service, sorted by their names: an open one, or failures that count
    /// towards one.
    public func circuits() throws(EngineError) -> [Circuit] {
        try read { database in
            let names = try String.fetchAll(database, sql: "SELECT name FROM circuits ORDER BY name")
            return try names.compactMap { try Circuit($0, database) }
        }
    }

    /// Forgets what a circuit breaker holds against a service, so that it may be asked again; returns whether there was
    /// something.
    public func resetCircuit(_ name: String) throws(EngineError) -> Bool {
        try write { database in
            guard let circuit = try Circuit(name, database) else { return false }
            try circuit.remove(database)
            return true
        }
    }
}

/// What a circuit breaker knows of a service: a row of `circuits`.
public struct Circuit: Hashable, Sendable {
    /// The service: a host and its port, or a kind of step.
    public let name: String
    /// When it failed, as far as that counts still, oldest first.
    public fileprivate(set) var failures: [Timestamp] = []
    /// Until when it is not asked; nil where it may be.
    public fileprivate(set) var openUntil: Timestamp?
    /// The run that tries whether it works again.
    public fileprivate(set) var probe: RunID?

    /// How many failures are kept: no policy asks for more.
    private static let mostFailures = 1000

    fileprivate init(_ name: String) { self.name = name }

    fileprivate init?(_ name: String, _ database: Database) throws {
        let found = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT failures, open_until, probe FROM circuits WHERE name = ?"),
            arguments: [name])
        guard let row = found else { return nil }
        self.name = name
        failures =
            try Value(json: row["failures"], name: "circuit \(name)", limits: .own).items?
            .compactMap { $0.integer.map(Timestamp.init(milliseconds:)) } ?? []
        openUntil = (row["open_until"] as Int?).map(Timestamp.init(milliseconds:))
        probe = (row["probe"] as String?).flatMap { RunID($0) }
    }

    fileprivate func save(_ database: Database) throws {
        let times = failures.suffix(Self.mostFailures).map { Value.integer($0.milliseconds) }
        try database.execute(
            sql: "INSERT OR REPLACE INTO circuits (name, failures, open_until, probe) VALUES (?, ?, ?, ?)",
            arguments: [
                name, try Value.sequence(times).json(.journal), openUntil?.milliseconds, probe?.description,
            ])
    }

    fileprivate func remove(_ database: Database) throws {
        try database.execute(sql: "DELETE FROM circuits WHERE name = ?", arguments: [name])
    }
}
