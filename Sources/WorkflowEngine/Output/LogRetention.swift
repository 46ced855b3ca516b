internal import GitStore
internal import Glibc
internal import Logging
public import WorkflowLanguage

extension Engine {
    /// Removes logs of runs that are over: those older than the settings keep them, and the oldest beyond the room that
    /// they may take. Logs of runs that are not over stay.
    ///
    /// - Returns: The runs whose logs were removed.
    @discardableResult
    public func removeOldLogs(_ settings: Settings) throws(EngineError) -> [RunID] {
        let folder = "\(configuration.folder)/logs"
        let age = settings.logAge ?? Settings.standardLogAge
        let oldest = configuration.clock.now.milliseconds - age.wholeMilliseconds
        var kept: [(run: RunID, size: Int)] = []
        var removed: [RunID] = []
        for run in FileBytes.names(in: folder).compactMap({ RunID($0) }).sorted(by: { $0 > $1 }) {
            guard try isOver(run) else { continue }
            if run.submitted.milliseconds < oldest { removed.append(run) } else { kept.append((run, size(of: run))) }
        }
        var room = settings.logSize ?? Settings.standardLogSize
        for (run, size) in kept {
            room -= size
            if room < 0 { removed.append(run) }
        }
        for run in removed { try FileBytes.removeAll(configuration.logFolder(run)) }
        return removed
    }

    /// The same, at most once a day, and only where the day's first run has the time for it.
    func removeOldLogsOnceADay(_ settings: Settings) {
        let stamp = "\(configuration.folder)/logs/.swept"
        let today = configuration.clock.now.milliseconds / 86_400_000
        guard FileBytes.read(stamp, limit: 32).map({ String(decoding: $0, as: UTF8.self) }) != String(today) else {
            return
        }
        do {
            try DurableFile.write(Array(String(today).utf8), to: stamp, mode: 0o600)
            try removeOldLogs(settings)
        } catch {
            configuration.logger.warning("cannot remove old logs: \(error)")
        }
    }

    private func isOver(_ run: RunID) throws(EngineError) -> Bool {
        do throws(EngineError) {
            return try store.status(of: run).isFinal
        } catch {
            guard error.code == .unknownRun else { throw error }
            return true
        }
    }

    private func size(of run: RunID) -> Int {
        let folder = configuration.logFolder(run)
        return FileBytes.names(in: folder).reduce(0) { sum, name in
            var status = stat()
            return stat("\(folder)/\(name)", &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }
}
