internal import Glibc

/// What the system answered to a call that failed; what it was and on which object is for the caller to say.
public struct SystemFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number of the error, as errno(3) has it.
    public let number: Int32

    /// A failure of that number.
    public init(number: Int32) { self.number = number }

    /// Whether the thing is not there.
    public var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

    /// The system's words for it, such as `Permission denied`.
    public var description: String { String(cString: strerror(number)) }
}
