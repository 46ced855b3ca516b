internal import CLinux
internal import Glibc

/// An open file descriptor that closes itself.
final class FileDescriptor {
    let number: Int32

    /// Takes over `number`, which is a descriptor, or the negative errno of the call that should have made one.
    init(owning number: Int32, _ operation: String, object: String? = nil) throws(EngineError) {
        guard number >= 0 else { throw EngineError(systemError: -number, operation, object: object) }
        self.number = number
    }

    deinit { close(number) }

    /// Whether there is something to read now, be it the end.
    var isReadable: Bool {
        var watched = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) != 0
    }

    /// A pipe, reading end first.
    static func pipe() throws(EngineError) -> (reading: FileDescriptor, writing: FileDescriptor) {
        var (reading, writing): (Int32, Int32) = (-1, -1)
        let status = clinux_pipe(&reading, &writing)
        guard status == 0 else { throw EngineError(systemError: -status, "make a pipe") }
        return (
            try FileDescriptor(owning: reading, "make a pipe"), try FileDescriptor(owning: writing, "make a pipe")
        )
    }
}

extension EngineError {
    /// An error of the operating system: `operation` is a verb with its object, as in "cannot `make a pipe`".
    init(systemError number: Int32, _ operation: String, object: String? = nil) {
        let reason = String(cString: strerror(number))
        self.init(.system, "cannot \(operation): \(reason.prefix(1).lowercased())\(reason.dropFirst())", object: object)
    }
}
