import DocumentTree
import GitStore
import Synchronization
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

/// Runs that wait to be recorded, in memory.
final class WaitingRuns: FinishedRuns, Sendable {
    private let records: Mutex<[RunID: RunRecord]>

    init(_ records: [RunRecord] = []) {
        self.records = Mutex(Dictionary(uniqueKeysWithValues: records.map { ($0.run, $0) }))
    }

    func add(_ record: RunRecord) { records.withLock { $0[record.run] = record } }

    func unrecorded(limit: Int) throws -> [RunRecord] {
        records.withLock { Array($0.values.sorted { $0.run < $1.run }.prefix(limit)) }
    }

    func hasUnrecorded() throws -> Bool { count > 0 }

    func isUnrecorded(_ run: RunID) throws -> Bool { records.withLock { $0[run] != nil } }

    func markRecorded(_ runs: [RunReceipt]) throws {
        records.withLock { records in for run in runs { records[run.run] = nil } }
    }

    var count: Int { records.withLock { $0.count } }
}

/// A clock that stands still.
struct FixedClock: EngineClock {
    var now: Timestamp
}

extension Timestamp {
    static func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }
}

let clone = CloneID("a1b2c3d4e5f60718") ?? CloneID.unreachable
let wfrepo = Actor(name: "wfrepo", email: "wfrepo@example.org")

extension CloneID {
    fileprivate static var unreachable: CloneID { preconditionFailure("a literal that is a clone id") }
}

extension TestRepository {
    /// A finished run of `deploy` at HEAD: the number tells runs apart, also in time (a second each).
    func run(
        _ number: Int, at revision: String = "HEAD", ended: String = "2026-11-21T05:20:06.250Z",
        status: RunStatus = .succeeded, actor: Actor = Actor(name: "Ada Lovelace", email: "ada@example.org"),
        workflow: String = "deploy", trigger: String = "manual", error: String? = nil
    ) throws -> RunRecord {
        let path = "workflows/\(workflow).yaml"
        let end = Timestamp(milliseconds: try Timestamp.at(ended).milliseconds + number * 1000)
        let start = Timestamp(milliseconds: end.milliseconds - 3_200)
        return RunRecord(
            run: try runID(number, end),
            definition: PinnedDefinition(
                workflow: try #require(WorkflowName(workflow)), version: 2,
                commit: try #require(CommitID(try git("rev-parse", revision))),
                tree: try #require(TreeID(try git("rev-parse", revision + "^{tree}"))), branch: "main", path: path,
                blob: try #require(BlobID(try git("rev-parse", "\(revision):\(path)"))),
                hash: DefinitionHash(hexadecimal: String(repeating: "0", count: 64))),
            status: status, trigger: RunTrigger(event: trigger), actor: actor, inputs: ["day": "2026-11-20"],
            queued: start, started: start, ended: end, correlationID: "c\(number)", host: "builder",
            workspace: .checkout, steps: [],
            error: error.map { RunFailure(step: nil, error: StepError("exit", $0)) })
    }

    /// Many runs alike, asking git only once.
    func runs(_ numbers: Range<Int>) throws -> [RunRecord] {
        let first = try run(0)
        return try numbers.map { number in
            var record = first
            record.ended = first.ended.map { Timestamp(milliseconds: $0.milliseconds + number * 1000) }
            record.run = try runID(number, first.queued)
            record.correlationID = "c\(number)"
            return record
        }
    }

    private func runID(_ number: Int, _ time: Timestamp) throws -> RunID {
        // Crockford's base 32 of the time, then the number: a valid ULID for any number below 32^10.
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        func text(_ number: Int, _ width: Int) -> String {
            var (rest, text) = (number, "")
            for _ in 0..<width {
                text = String(digits[rest % 32]) + text
                rest /= 32
            }
            return text
        }
        return try #require(RunID(text(time.milliseconds, 10) + text(number, 16)))
    }

    func recorder(at time: String = "2026-11-21T05:21:00.000Z", clone id: CloneID = clone) throws -> Recorder {
        Recorder(
            try open(), clone: id, committer: wfrepo, clock: FixedClock(now: try .at(time)))
    }

    /// All targets of a segment's notes.
    func noted(
        _ month: String = "2026-11", clone id: CloneID = clone, audit: Bool = false
    ) throws -> Set<String> {
        let list = try git("notes", "--ref=wfrepo/\(audit ? "audit" : "runs")/\(id)/\(month)", "list")
        return Set(list.split(separator: "\n").map { String($0.split(separator: " ")[1]) })
    }

    /// What git's own checks say: nothing.
    func expectSound() throws {
        let (status, output, errors) = try run(["fsck", "--strict", "--no-dangling", "--no-progress"])
        #expect(status == 0 && output.isEmpty && errors.isEmpty, "\(output)\(errors)")
    }
}
