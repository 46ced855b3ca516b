import Glibc
import WorkflowRecords

extension RunSession {
    /// The identity of this clone's records.
    func cloneID() throws -> CloneID {
        guard let id = CloneID("local") else { throw CommandFailure("no clone id") }
        return id
    }
}
