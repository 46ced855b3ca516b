import GitStore
import Glibc
import WorkflowHistory
import WorkflowRecords

extension CommandContext {
    /// What tells this machine from others (machine-id(5)); its name where it has no such id.
    var machine: String {
        if let bytes = try? readFile("/etc/machine-id", limit: 4096), !bytes.isEmpty {
            return String(decoding: bytes, as: UTF8.self).trimmed()
        }
        return hostName
    }

    /// The name of this machine.
    var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension CommandContext {
    /// The identity of the records of a clone.
    func cloneID(of repository: Repository) throws -> WorkflowHistory.CloneID {
        if let id = try WorkflowHistory.CloneID.existing(in: repository, machine: machine) { return id }
        let id = try WorkflowHistory.CloneID.ensure(in: repository, machine: machine)
        // A copied folder has its original's remotes: `git fetch --prune` must leave what this one records.
        try RecordRefspecs(repository).leaveOut(id)
        return id
    }
}

extension RunSession {
    /// The identity of this clone's records.
    func cloneID() throws -> WorkflowHistory.CloneID { try context.cloneID(of: repository) }
}
