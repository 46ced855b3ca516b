/// Who drives a run: a process, told apart from any other of any time.
public struct Lease: Hashable, Sendable {
    /// The name of the host.
    public var host: String
    /// The boot of the host during which the process runs.
    public var boot: String
    let process: ProcessIdentity
    /// When the holder last said that it is there.
    public var heartbeat: Timestamp

    /// The number of the process.
    public var pid: Int32 { process.pid }

    /// Who holds it, for people to read: `process 4711 on host`.
    public var holder: String { "process \(pid) on \(host)" }

    /// How often the holder says so.
    static let heartbeatInterval = Duration.seconds(30)

    /// A lease of another host counts as given up when it was silent for so long. On the same host the process itself
    /// can be looked up.
    static let silence = Duration.seconds(120)

    /// Whether the holder is still there, seen from `host` at `now`.
    func isHeld(from host: String, at now: Timestamp) -> Bool {
        guard self.host == host else { return now.since(heartbeat) < Self.silence }
        return boot == BootID.current && process.isAlive
    }
}
