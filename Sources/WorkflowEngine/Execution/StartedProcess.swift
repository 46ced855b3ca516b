/// The process of an attempt under way.
struct StartedProcess {
    var position: Int
    var phase: AttemptPhase
    var number: Int
    var pid: Int32

    /// What the journal keeps of it; nil where the process is gone.
    var entry: JournalEntry? {
        ProcessIdentity(pid: pid).map { .attemptProcess(position: position, phase, number: number, $0) }
    }
}
