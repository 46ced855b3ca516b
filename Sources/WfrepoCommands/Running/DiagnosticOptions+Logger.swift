import DocumentTree
import Glibc
import Logging
import WorkflowEngine

extension DiagnosticOptions {
    /// Where diagnostics go: to standard error with `-v` and `--debug`, as JSON lines to a file with `--log-file`.
    func logger(_ context: CommandContext) throws(CommandFailure) -> Logger {
        let level: Logger.Level = debug ? .debug : verbose ? .info : .warning
        var sinks: [any LogHandler] = []
        if verbose || debug { sinks.append(LineLogHandler(descriptor: STDERR_FILENO, isJSON: false, level: level)) }
        if let logFile {
            let descriptor = open(context.absolute(logFile), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw CommandFailure("cannot write \(logFile): \(String(cString: strerror(errno)))")
            }
            sinks.append(LineLogHandler(descriptor: descriptor, isJSON: true, level: .debug))
        }
        guard !sinks.isEmpty else { return Logger(label: "wfrepo", factory: { _ in SwiftLogNoOpLogHandler() }) }
        let handlers = sinks
        return Logger(label: "wfrepo", factory: { _ in MultiplexLogHandler(handlers) })
    }
}

/// Writes diagnostics line by line to a descriptor, which stays open as long as the process.
struct LineLogHandler: LogHandler {
    let descriptor: Int32
    let isJSON: Bool
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(descriptor: Int32, isJSON: Bool, level: Logger.Level) {
        self.descriptor = descriptor
        self.isJSON = isJSON
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        for (key, value) in event.metadata ?? [:] { fields[key] = value }
        let details = fields.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let line = (isJSON ? json(event, details) : text(event, details)) + "\n"
        // One write a line, so that the lines of several processes do not mix in a file opened for appending.
        _ = Array(line.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    private func text(_ event: LogEvent, _ details: [(String, String)]) -> String {
        let suffix = details.map { " \($0.0)=\($0.1)" }.joined()
        return visibleLine("\(event.level.rawValue): \(event.message)\(suffix)")
    }

    private func json(_ event: LogEvent, _ details: [(String, String)]) -> String {
        var line: Value = [
            "time": .string(LineLogHandler.now()), "level": .string(event.level.rawValue),
            "message": .string("\(event.message)"),
        ]
        for (key, value) in details { line[key] = .string(value) }
        return (try? line.json()) ?? "{}"
    }

    private static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000).description
    }
}
