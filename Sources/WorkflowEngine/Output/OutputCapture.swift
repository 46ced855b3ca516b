/// Everything that is kept of what one attempt prints: the log, `outputs.stdout`, `outputs.stderr`.
final class OutputCapture {
    private let limits: LogLimits
    private let log: LogWriter
    private var output: MaskedStream
    private var error: MaskedStream
    private var outputHead: [UInt8] = []
    private var errorTail: TailBuffer

    init(mask: SecretMask, log: LogWriter, limits: LogLimits) {
        self.limits = limits
        self.log = log
        output = MaskedStream(mask)
        error = MaskedStream(mask)
        errorTail = TailBuffer(capacity: limits.standardError)
    }

    /// Takes what a process printed; returns what may be shown of it now.
    func take(_ piece: [UInt8], from stream: OutputStream) -> [UInt8] {
        switch stream {
        case .standardOutput: keep(output.take(piece), of: stream)
        case .standardError: keep(error.take(piece), of: stream)
        }
    }

    /// Ends both streams; returns what had been held back of each.
    func finish() -> (output: [UInt8], error: [UInt8]) {
        (keep(output.finish(), of: .standardOutput), keep(error.finish(), of: .standardError))
    }

    /// Completes the log; nil where nothing was printed.
    func finishLog() -> LogRecord? { log.finish() }

    /// The beginning of standard output, without its trailing line break.
    var standardOutput: String { Self.text(outputHead[...]) }

    /// The end of standard error, without its trailing line break.
    var standardError: String { Self.text(errorTail.contents) }

    private func keep(_ shown: [UInt8], of stream: OutputStream) -> [UInt8] {
        guard !shown.isEmpty else { return shown }
        switch stream {
        case .standardOutput: outputHead += shown.prefix(max(0, limits.standardOutput - outputHead.count))
        case .standardError: errorTail.append(shown[...])
        }
        log.append(shown)
        return shown
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
