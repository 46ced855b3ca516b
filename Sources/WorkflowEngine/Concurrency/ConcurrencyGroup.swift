internal import GitStore
internal import Glibc

/// A group of runs of which only so many may be under way at once, across processes.
///
/// It is a folder of lock files: one a place, which holds the id of the run that has it, and one a waiting run. A lock ends
/// with its holder, however that ends, so a crash frees its place. Waiting runs get places in the order in which they were
/// submitted.
struct ConcurrencyGroup {
    /// The group's folder.
    let folder: String
    /// How many places there are.
    let limit: Int

    /// A run's turn to wait.
    struct Ticket {
        fileprivate let lock: FileLock
        fileprivate let run: RunID
    }

    /// A place that a run has; it is free again when the value is gone.
    struct Place {
        fileprivate let lock: FileLock
        /// The run that had it before, where that is another one.
        let previous: RunID?
    }

    /// Joins the queue.
    func queueUp(_ run: RunID) throws(EngineError) -> Ticket {
        try FileBytes.makeFolder(folder)
        guard let lock = try lock(named: "waiting.\(run)") else {
            throw EngineError(.driven, "another process already waits for its place", object: "run \(run)")
        }
        return Ticket(lock: lock, run: run)
    }

    /// Takes a place for the run whose turn it is; nil where none is free, or an older run waits for one.
    func place(for ticket: Ticket) throws(EngineError) -> Place? {
        guard try !isAnOlderRunWaiting(than: ticket.run) else { return nil }
        for number in 0..<limit {
            guard let lock = try lock(named: "place.\(number)") else { continue }
            let previous: RunID?
            do {
                previous = RunID(String(decoding: try lock.content(), as: UTF8.self))
                try lock.setContent(Array(ticket.run.description.utf8))
            } catch {
                throw EngineError(.system, "cannot take a place: \(error)", object: folder)
            }
            unlink(ticket.lock.path)
            return Place(lock: lock, previous: previous == ticket.run ? nil : previous)
        }
        return nil
    }

    /// The runs that wait for a place, and those that did when their process died.
    func waiting() throws(EngineError) -> [RunID] {
        try FolderListing(of: folder).files.keys.compactMap(Self.waitingRun)
    }

    private static func waitingRun(_ name: String) -> RunID? {
        let prefix = "waiting."
        return name.hasPrefix(prefix) ? RunID(String(name.dropFirst(prefix.count))) : nil
    }

    /// The runs that had the places last, as far as they can be told: they may have given them up since.
    func holders() -> [RunID] {
        (0..<limit).compactMap { number in
            guard let bytes = try? DurableFile.read("\(folder)/place.\(number)") else { return nil }
            return RunID(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Leaves the queue without a place.
    func leave(_ ticket: Ticket) { unlink(ticket.lock.path) }

    private func isAnOlderRunWaiting(than run: RunID) throws(EngineError) -> Bool {
        for name in try FolderListing(of: folder).files.keys {
            guard let other = Self.waitingRun(name), other < run else { continue }
            guard let abandoned = try lock(named: name) else { return true }
            // Its process is gone; whoever resumes the run queues up anew.
            unlink(abandoned.path)
        }
        return false
    }

    private func lock(named name: String) throws(EngineError) -> FileLock? {
        do {
            return try FileLock("\(folder)/\(name)")
        } catch {
            throw EngineError(.system, "cannot take the lock: \(error)", object: "\(folder)/\(name)")
        }
    }
}
