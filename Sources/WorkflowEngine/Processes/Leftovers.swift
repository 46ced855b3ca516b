internal import CLinux
internal import Glibc

/// Processes that the runner of a run left behind when it died.
enum Leftovers {
    /// Ends them all, and returns when they are gone.
    ///
    /// They are known by the environment with which they were started, and by the process groups that the journal has.
    /// - Parameter run: The run.
    /// - Parameter leaders: The leaders of their process groups.
    /// - Throws: `EngineError.system` where one cannot be ended: two attempts at a time must not be.
    static func end(of run: RunID, leaders: [ProcessIdentity]) throws(EngineError) {
        for _ in 0..<10 {
            let found = living(run, leaders)
            if found.isEmpty { return }
            let reactor = try Reactor()
            var ends: [FileDescriptor] = []
            for pid in found {
                let number = clinux_process_descriptor(pid)
                kill(pid, SIGKILL)
                // It has ended already where there is no descriptor.
                guard number >= 0 else { continue }
                let end = try FileDescriptor(owning: number, "watch the process")
                try reactor.watch(end, as: Reactor.Token(ends.count))
                ends.append(end)
            }
            var left = Set(ends.indices)
            while !left.isEmpty {
                let ended = try reactor.wait(timeout: .seconds(5))
                if ended.isEmpty { break }
                for token in ended where left.remove(Int(token)) != nil { reactor.ignore(ends[Int(token)]) }
            }
        }
        throw EngineError(
            .system,
            "processes of its last runner cannot be ended: "
                + living(run, leaders).map(String.init).joined(separator: ", "),
            object: "run \(run)", hint: "end them, then: wfrepo runs resume \(run)")
    }

    private static func living(_ run: RunID, _ leaders: [ProcessIdentity]) -> [Int32] {
        let mark = ["WFREPO_RUN_ID=\(run)"]
        // A group whose leader is another process by now belongs to somebody else.
        let groups = Set(
            leaders.filter { leader in
                ProcessTable.stat(of: leader.pid).map { $0.startTicks == leader.startTicks } ?? true
            }.map(\.pid))
        let own = ancestors()
        return ProcessTable.all().filter { pid in
            guard !own.contains(pid), let stat = ProcessTable.stat(of: pid), stat.state != UInt8(ascii: "Z") else {
                return false
            }
            return groups.contains(stat.group)
                || !stat.isKernels && ProcessTable.process(pid, hasEnvironment: mark)
        }
    }

    /// This process and those that it descends from.
    private static func ancestors() -> Set<Int32> {
        var found: Set<Int32> = []
        var pid = getpid()
        while pid > 0, found.insert(pid).inserted, let stat = ProcessTable.stat(of: pid) { pid = stat.parent }
        return found
    }
}
