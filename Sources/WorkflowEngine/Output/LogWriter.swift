internal import Crypto
internal import DocumentTree
internal import Glibc

/// Writes the log of one attempt, up to its limit: the beginning as it comes, then the end.
///
/// The file appears with the first byte. A log that cannot be written (a full disk) does not stop the step: what is lost
/// is counted as omitted, and the reason is kept.
final class LogWriter {
    private let path: String
    private let limits: LogLimits
    private var descriptor: FileDescriptor?
    private var hash = SHA256()
    private var written = 0
    private var overflow: TailBuffer?
    private var recordedTail: TailBuffer
    private var lost = 0
    private(set) var failure: EngineError?

    init(path: String, limits: LogLimits) {
        self.path = path
        self.limits = limits
        recordedTail = TailBuffer(capacity: limits.recordedTail)
    }

    func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        recordedTail.append(bytes[...])
        let room = max(0, limits.log - limits.logTail - written)
        if room > 0 { write(bytes.prefix(room)) }
        guard bytes.count > room else { return }
        if overflow == nil { overflow = TailBuffer(capacity: limits.logTail) }
        overflow?.append(bytes.dropFirst(room))
    }

    /// Completes the file and brings it to disk; nil where nothing was printed.
    func finish() -> LogRecord? {
        var omitted = 0
        if let overflow {
            omitted = overflow.omitted
            if omitted > 0 {
                let notice = "\n[wfrepo: \(omitted) bytes of output left out here; the log's limit is \(limits.log)]\n"
                write(Array(notice.utf8)[...])
            }
            write(overflow.contents)
        }
        guard written + lost > 0 else { return nil }
        if let descriptor, fdatasync(descriptor.number) != 0 {
            failure = EngineError(systemError: errno, "bring the log to disk", object: path)
        }
        return LogRecord(
            bytes: written, omitted: omitted + lost,
            sha256: hash.finalize().hexadecimal,
            // SQLite's texts end where a NUL stands.
            tail: String(decoding: recordedTail.contents.drop { $0 & 0xC0 == 0x80 }.filter { $0 != 0 }, as: UTF8.self))
    }

    private func write(_ bytes: ArraySlice<UInt8>) {
        guard failure == nil else {
            lost += bytes.count
            return
        }
        do throws(EngineError) {
            let descriptor = try openedFile()
            try FileBytes.write(bytes, to: descriptor.number, path: path)
            bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
            written += bytes.count
        } catch {
            failure = error
            lost += bytes.count
            // A piece of which a part was written is no part of what the record says of the file.
            if let descriptor { ftruncate(descriptor.number, off_t(written)) }
        }
    }

    private func openedFile() throws(EngineError) -> FileDescriptor {
        if let descriptor { return descriptor }
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let descriptor = try FileDescriptor(owning: number < 0 ? -errno : number, "write the log", object: path)
        self.descriptor = descriptor
        return descriptor
    }
}
