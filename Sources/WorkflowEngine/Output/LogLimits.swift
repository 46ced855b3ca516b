/// How much is kept of what a step prints. Output beyond a limit is read and dropped: a step neither waits nor fails
/// because of it.
public struct LogLimits: Sendable, Hashable {
    /// The largest log, in bytes.
    public var log: Int
    /// The part of it that is kept for the end of the output, in bytes. It is held in memory once a log is full.
    public var logTail: Int
    /// The largest `outputs.stdout`, in bytes: the beginning of the output.
    public var standardOutput: Int
    /// The largest `outputs.stderr`, in bytes: the end of the output.
    public var standardError: Int
    /// The largest file of outputs (`$WFREPO_OUTPUT`), in bytes.
    public var outputFile: Int
    /// The most that the outputs of all steps of a run may take in its record, in bytes. A step that would exceed it fails.
    public var runOutputs: Int
    /// The end of the log that the record keeps, in bytes.
    public var recordedTail: Int

    /// Limits; 64 MiB of log, 1 MiB of standard output, where nothing else is said.
    public init(
        log: Int = 64 << 20, logTail: Int = 1 << 20, standardOutput: Int = 1 << 20, standardError: Int = 16 << 10,
        outputFile: Int = 1 << 20, runOutputs: Int = 128 << 20, recordedTail: Int = 2 << 10
    ) {
        self.log = log
        self.logTail = min(logTail, log)
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.outputFile = outputFile
        self.runOutputs = runOutputs
        self.recordedTail = recordedTail
    }
}
