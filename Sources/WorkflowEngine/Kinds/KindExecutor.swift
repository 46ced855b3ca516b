/// Runs the work of kinds on threads of its own.
///
/// Whoever drives a run blocks the thread that does it, and that may be one of the few on which tasks run otherwise: were the
/// work to wait for one of those, and the drivers for the work, nobody would ever go on.
final class KindExecutor: TaskExecutor {
    static let shared = KindExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        DetachedThread.start { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
