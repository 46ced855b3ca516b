internal import CLinux
internal import Glibc

/// A program that runs as the leader of its own process group.
final class ChildProcess {
    let pid: Int32
    /// Becomes readable when the process has ended.
    let ended: FileDescriptor
    /// What it prints; both read without blocking.
    let standardOutput: FileDescriptor
    let standardError: FileDescriptor

    /// How a process ended.
    enum End: Equatable {
        case exited(Int)
        case signalled(Int)
    }

    /// Starts `arguments[0]`, a path, in `directory`, with exactly this environment (`NAME=value`), within these limits; it
    /// reads from `input`, or nothing where nil.
    init(
        arguments: [String], environment: [String], directory: String, limits: [ProcessLimit] = [],
        input: FileDescriptor? = nil
    ) throws(EngineError) {
        let output = try FileDescriptor.pipe()
        let error = try FileDescriptor.pipe()
        let pid = Self.withCStrings(arguments) { arguments in
            Self.withCStrings(environment) { environment in
                directory.withCString { directory in
                    limits.map(\.value).withUnsafeBufferPointer { limits in
                        var program = clinux_program(
                            path: arguments[0], arguments: arguments, environment: environment, directory: directory,
                            standard_input: input?.number ?? -1, standard_output: output.writing.number,
                            standard_error: error.writing.number,
                            limits: limits.baseAddress, limit_count: Int32(limits.count))
                        return clinux_spawn(&program)
                    }
                }
            }
        }
        guard pid > 0 else {
            let object = arguments.first
            throw EngineError(systemError: -pid, "start the program in \(directory)", object: object)
        }
        self.pid = pid
        standardOutput = output.reading
        standardError = error.reading
        do {
            ended = try FileDescriptor(owning: clinux_process_descriptor(pid), "watch the process")
        } catch {
            // Nobody could ever tell when it ends.
            kill(-pid, SIGKILL)
            throw error
        }
    }

    /// Sends a signal to every process of the group.
    ///
    /// Only before `reap`: until then the group's number cannot belong to anybody else.
    func signalGroup(_ signal: Int32) { kill(-pid, signal) }

    /// The processor time that it and what it waited for had used when it was reaped.
    private(set) var processorTime = Duration.zero

    /// Collects how the process ended; nil where it has not.
    func reap() -> End? {
        var end = clinux_end()
        guard clinux_reap(pid, &end) > 0 else { return nil }
        processorTime = .milliseconds(end.cpu_milliseconds)
        return end.signal != 0 ? .signalled(Int(end.signal)) : .exited(Int(end.status))
    }

    /// Calls `body` with a C array of the strings, closed by a null pointer.
    private static func withCStrings<R>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        // One block for all the text: a step has dozens of variables.
        let size = strings.reduce(0) { $0 + $1.utf8.count + 1 }
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, size))
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        defer {
            text.deallocate()
            pointers.deallocate()
        }
        var offset = 0
        for (position, string) in strings.enumerated() {
            pointers[position] = text + offset
            for byte in string.utf8 {
                text[offset] = CChar(bitPattern: byte)
                offset += 1
            }
            text[offset] = 0
            offset += 1
        }
        pointers[strings.count] = nil
        return body(pointers)
    }
}
