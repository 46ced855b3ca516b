internal import Glibc

extension FileDescriptor {
    /// Two ends of one connection within this machine (socketpair(2)), both closed on exec.
    static func connection() throws(EngineError) -> (own: FileDescriptor, other: FileDescriptor) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw EngineError(systemError: errno, "make a connection")
        }
        return (try FileDescriptor(owning: ends[0], "connect"), try FileDescriptor(owning: ends[1], "connect"))
    }
}
