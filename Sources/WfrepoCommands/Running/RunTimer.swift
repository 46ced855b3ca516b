// To the compiler, `timespec` is of one of the C modules of this target that have it.
internal import CLinux
import GitStore
import Glibc
import WorkflowEngine

/// Waits for the time at which a run that waits has something to do: a delay is over, an approval or a signal lapses.
///
/// The process that waits holds nothing of the run, neither its lease nor its place in a concurrency group nor the journal,
/// so that anybody else may go on with it at any time. Should it be ended, the next command takes the run up.
struct RunTimer {
    let run: RunID
    let due: Timestamp
    /// wfrepo's own folder.
    let folder: String

    /// Sleeps until the time has come, whatever is done to the clock meanwhile.
    ///
    /// - Returns: Whether it did; false where another process waits for the same or for an earlier time.
    func sleep() throws -> Bool {
        try DurableFile.makeFolders("\(folder)/timers", mode: 0o700)
        let path = "\(folder)/timers/\(run)"
        let lock = try FileLock(path)
        if lock == nil, let other = Int(String(decoding: try DurableFile.read(path) ?? [], as: UTF8.self)),
            other <= due.milliseconds
        {
            return false
        }
        try lock?.setContent(Array(String(due.milliseconds).utf8))
        var time = timespec(tv_sec: due.milliseconds / 1000, tv_nsec: due.milliseconds % 1000 * 1_000_000)
        while clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, nil) == EINTR {}
        if let lock { unlink(lock.path) }
        return true
    }
}

extension RunSession {
    /// Has a process in the background wait for the time at which a run that is left waiting has something to do.
    func awaitTime(of record: RunRecord) throws {
        guard record.status == .waiting, let next = try engine.store.nextDue(of: record.run) else { return }
        try BackgroundProcess(context).start(
            ["runs", "drive", next.run.description, "--not-before", String(next.due.milliseconds)], in: repository)
    }
}
