internal import CLinux
internal import Glibc

/// Ends processes that a step started and left behind in sessions of their own, where no signal to its group gets.
///
/// As a subreaper (prctl(2)), this process inherits them when their parents end; they are known by the environment with
/// which the step was started.
final class StrayProcesses {
    /// The children that belong to attempts under way, which are not strays.
    var active: Set<Int32> = []
    private var doomed: Set<Int32> = []

    /// Makes this process inherit orphans.
    init() { clinux_become_subreaper() }

    /// Ends the children of this process that carry all marks, and collects the ends of those and of the group.
    func sweep(_ marks: [String], group: Int32? = nil) {
        guard hasChildren else { return }
        for pid in ProcessTable.children() where !active.contains(pid) {
            guard let stat = ProcessTable.stat(of: pid) else { continue }
            if stat.state == UInt8(ascii: "Z") {
                if stat.group == group || doomed.contains(pid) { collect(pid) }
            } else if stat.group == group || ProcessTable.process(pid, hasEnvironment: marks) {
                kill(pid, SIGKILL)
                doomed.insert(pid)
            }
        }
    }

    /// Whether there is any child, running or ended: one call, where reading the table of processes takes ten.
    private var hasChildren: Bool {
        var info = siginfo_t()
        return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD
    }

    /// Collects the ends of those that were ended.
    func collectEnded() {
        for pid in doomed { collect(pid) }
    }

    private func collect(_ pid: Int32) {
        var end = clinux_end()
        if clinux_reap(pid, &end) != 0 { doomed.remove(pid) }
    }
}
