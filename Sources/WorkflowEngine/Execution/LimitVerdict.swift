internal import DocumentTree
internal import Glibc
internal import WorkflowLanguage

/// Tells whether an attempt failed because of its limits. The system says so of processor time only; of memory a program
/// says it itself, and of open files nobody does.
struct LimitVerdict {
    let limits: StepLimits
    let exit: Int?
    let signal: Int?
    /// The processor time of the script and of what it waited for.
    let processorTime: Duration
    /// The end of what the script printed about itself.
    let complaint: String

    /// The error of the class `limit`; nil where another reason is as likely.
    var error: StepError? {
        if let time = limits.cpuTime, endedByProcessorTime(time) {
            return StepError(
                StepError.limitKind,
                "it used more processor time than limits.cpu-time gives a process, \(time.inWords)")
        }
        if let memory = limits.memory, lacksMemory {
            return StepError(
                StepError.limitKind,
                "it ran out of the memory that limits.memory gives a process, \(ByteSize.text(memory))")
        }
        return nil
    }

    /// Whether it failed and complained of a lack of memory.
    var lacksMemory: Bool { exit != 0 && Self.wordsOfMemory.contains(where: complaint.contains) }

    /// XCPU, or KILL where it was not heeded; a shell tells of a child's signal by a status above 128.
    private func endedByProcessorTime(_ limit: Duration) -> Bool {
        let number = signal ?? exit.flatMap { $0 > 128 ? $0 - 128 : nil }
        if number == Int(SIGXCPU) { return true }
        return number == Int(SIGKILL) && processorTime >= limit
    }

    /// What the C library, and programs that say it in their own words, call the lack of memory.
    private static let wordsOfMemory = [
        "Cannot allocate memory", "cannot allocate memory", "MemoryError", "std::bad_alloc", "out of memory",
        "Out of memory", "OutOfMemoryError",
        "memory exhausted", "virtual memory exhausted", "failed to map segment",
    ]
}

extension StepError {
    /// The class of an attempt that used more than its `limits`.
    static let limitKind = "limit"
    /// The class of an attempt that would have used what the repository's settings do not allow.
    static let forbiddenKind = "forbidden"
}
