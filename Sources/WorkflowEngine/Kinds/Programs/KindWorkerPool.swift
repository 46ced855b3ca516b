internal import Synchronization

/// The processes of a kind that wait for the next attempt.
///
/// One is used again only for the same run, in the same environment and folder: what a step may know stays with it. None waits
/// longer than its run is driven.
final class KindWorkerPool: Sendable {
    /// What attempts must have in common to be done by the same process.
    struct Station: Hashable {
        var run: RunID
        var environment: [String: String]
        var directory: String
    }

    /// How many may wait at most; those that have waited longest go.
    private static let mostIdle = 8

    private let command: [String]
    private let idle = Mutex<[(station: Station, worker: KindWorker)]>([])

    /// - Parameter command: The program's path, and its arguments.
    init(command: [String]) { self.command = command }

    /// Has a process make a request. Where the task is cancelled, the process is killed, and no other attempt is hit.
    ///
    /// - Throws: `EngineError.system` where no process can be started.
    func ask(
        _ request: [UInt8], at station: Station, onError: @escaping (ArraySlice<UInt8>) -> Void
    ) async throws(EngineError) -> KindWorker.Answer {
        while let worker = takeIdle(station) {
            let answer = await ask(worker, request, at: station, onError)
            guard case .neverAsked = answer else { return answer }
        }
        let worker = try KindWorker(
            arguments: command, environment: station.environment, directory: station.directory)
        return await ask(worker, request, at: station, onError)
    }

    /// Ends those that wait for attempts of a run.
    func release(_ run: RunID) {
        let ended = idle.withLock { idle in
            let ended = idle.filter { $0.station.run == run }
            idle.removeAll { $0.station.run == run }
            return ended
        }
        for entry in ended { entry.worker.end() }
    }

    /// Blocks the calling thread, which belongs to the attempt (`KindExecutor`).
    private func ask(
        _ worker: KindWorker, _ request: [UInt8], at station: Station, _ onError: (ArraySlice<UInt8>) -> Void
    ) async -> KindWorker.Answer {
        let answer = await withTaskCancellationHandler {
            worker.ask(request, onError: onError)
        } onCancel: {
            worker.kill()
        }
        // Only here can no cancellation of this attempt kill it any more.
        if case .line = answer, worker.isUsable { putBack(worker, station) }
        return answer
    }

    private func takeIdle(_ station: Station) -> KindWorker? {
        idle.withLock { idle in
            while let found = idle.lastIndex(where: { $0.station == station }) {
                let worker = idle.remove(at: found).worker
                if worker.isUsable { return worker }
            }
            return nil
        }
    }

    private func putBack(_ worker: KindWorker, _ station: Station) {
        let surplus = idle.withLock { idle in
            idle.append((station, worker))
            return idle.count > Self.mostIdle ? idle.removeFirst().worker : nil
        }
        surplus?.end()
    }
}
