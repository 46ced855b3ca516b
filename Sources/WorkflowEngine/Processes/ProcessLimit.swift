internal import CLinux
internal import Glibc
internal import WorkflowLanguage

/// A limit that a process and all that it starts have, each for itself (setrlimit(2)).
struct ProcessLimit: Hashable {
    private let resource: Int32
    private let soft: Int
    private let hard: Int

    var value: clinux_limit { clinux_limit(resource: resource, soft: UInt64(soft), hard: UInt64(hard)) }

    /// The limits that the system enforces. Processor time ends a process with XCPU, which it may heed, and with KILL a
    /// second later.
    static func limits(_ limits: StepLimits) -> [ProcessLimit] {
        var found: [ProcessLimit] = []
        func add(_ resource: Int32, _ soft: Int?, hard: Int? = nil) {
            guard let soft else { return }
            let ceiling = allowed(resource)
            found.append(
                ProcessLimit(
                    resource: resource, soft: min(soft, ceiling), hard: min(hard ?? soft, ceiling)))
        }
        add(Int32(RLIMIT_AS.rawValue), limits.memory)
        add(Int32(RLIMIT_NOFILE.rawValue), limits.openFiles)
        let seconds = limits.cpuTime.map { Int($0.components.seconds) }
        add(Int32(RLIMIT_CPU.rawValue), seconds, hard: seconds.map { $0 + 1 })
        return found
    }

    /// What this process may allow its children at most.
    private static func allowed(_ resource: Int32) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_max)
    }
}
