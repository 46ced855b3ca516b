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

    private let children = ProcessTable.FirstThreadsChildren()

    /// Makes this process inherit orphans.
    init() { clinux_become_subreaper() }

    /// Ends the children of this process that carry all marks, with all that descends from them, and collects the ends of
    /// those and of the group.
    func sweep(_ marks: [String], group: Int32? = nil) {
        // The children of a stray become this process's own only when it has ended.
        for _ in 0..<Self.mostGenerations {
            let ending = endChildren(marks, group)
            if ending.isEmpty { return }
            for pid in ending { awaitEnd(of: pid) }
        }
    }

    /// A process of the group that has not ended although its leader has, as a descriptor that can be read when it ends; nil where
    /// there is none. Whose parent has ended, too, is a child of this process by now.
    func survivor(of group: Int32) -> FileDescriptor? {
        for pid in children.all where pid != group {
            guard let stat = ProcessTable.stat(of: pid), stat.group == group, stat.state != UInt8(ascii: "Z") else {
                continue
            }
            // It is a child that nobody else collects: its number is still its own.
            if let descriptor = try? FileDescriptor(owning: clinux_process_descriptor(pid), "watch a process") {
                return descriptor
            }
        }
        return nil
    }

    /// How many generations of strays are ended: what breeds for longer does so faster than it can be killed.
    private static let mostGenerations = 64

    /// Kills the children that carry all marks or are of the group; returns those that have not ended yet.
    private func endChildren(_ marks: [String], _ group: Int32?) -> [Int32] {
        var ending: [Int32] = []
        for pid in children.all where !active.contains(pid) {
            guard let stat = ProcessTable.stat(of: pid) else { continue }
            if stat.state == UInt8(ascii: "Z") {
                if stat.group == group || doomed.contains(pid) { collect(pid) }
            } else if stat.group == group || ProcessTable.process(pid, hasEnvironment: marks) {
                kill(pid, SIGKILL)
                doomed.insert(pid)
                ending.append(pid)
            }
        }
        return ending
    }

    /// Waits until a killed process has ended, and collects its end. One that the system holds in a call is left alone
    /// after a while.
    private func awaitEnd(of pid: Int32) {
        let number = clinux_process_descriptor(pid)
        if number >= 0 {
            var ended = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            _ = poll(&ended, 1, 200)
            close(number)
        }
        collect(pid)
    }

    /// Collects the ends of those that were ended.
    func collectEnded() {
        for pid in doomed { collect(pid) }
    }

    private func collect(_ pid: Int32) {
        var end = clinux_end()
        if clinux_reap(pid, &end, false) != 0 { doomed.remove(pid) }
    }
}
