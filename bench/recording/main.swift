// Measures the recorder alone, with nothing but the libraries:
//
//     record-bench DIR one COUNT          records COUNT runs of five steps, each by itself
//     record-bench DIR batch SIZE COUNT   records COUNT batches of SIZE runs
//     record-bench DIR many COUNT         one of several processes: takes in, ends and records COUNT runs, one after the other
//
// DIR is a repository that `wfrepo init` has prepared; all is on disk as ever. `one` and `batch` print milliseconds: the median
// and the 95th percentile, of a run each. `many` prints the ids of its runs; each was recorded when it had the next taken in.
import GitStore
import Glibc
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct UsageError: Error {}

/// The recorder of a repository, and an engine whose journal is the repository's.
struct Recording {
    let engine: Engine
    let request: RunRequest
    let folder: String
    let recorder: Recorder
    let runs: AuditedRuns<StateStore>

    init(_ folder: String) throws {
        let repository = try Repository.open(folder)
        let actor = Actor(name: "Bench", email: "bench@example.test")
        let common = repository.commonDirectory
        let text = String(decoding: try DurableFile.read(common + "wfrepo/clone-id") ?? [], as: UTF8.self)
        guard let clone = text.split(separator: "\n").first.flatMap({ CloneID(String($0)) }),
            let name = WorkflowName("recorded"), let head = try repository.head.tip
        else { throw UsageError() }
        let steps = ["fetch", "check", "load", "test", "tell"].map {
            "  - {id: \($0), uses: log, with: {message: done}}\n"
        }
        let source = Array("name: Recorded\nworkspace: none\nsteps:\n\(steps.joined())".utf8)
        guard let workflow = Workflow.parse(source, name: name).workflow else { throw UsageError() }
        self.folder = folder
        engine = try Engine(
            EngineConfiguration(folder: common + "wfrepo", repository: nil, host: "bench", parallelism: 2))
        request = RunRequest(
            workflow: workflow,
            definition: PinnedDefinition(
                workflow: name, version: 1, commit: head, tree: try repository.links(of: head).tree, path: name.path,
                blob: try repository.writeBlob(source), hash: workflow.hash),
            source: source, actor: actor)
        recorder = Recorder(repository, clone: clone, committer: actor, versionCommit: { _ in head })
        runs = AuditedRuns(engine.store, telling: AuditQueue(of: repository))
    }

    func end(_ count: Int) throws {
        for _ in 0..<count {
            let run = try engine.submit(request, drivenHere: true)
            guard try engine.drive(run, in: RunEnvironment(variables: [:], root: folder)).status == .succeeded else {
                throw UsageError()
            }
        }
    }

    /// Milliseconds.
    func record(_ count: Int) throws -> Double {
        let start = ContinuousClock.now
        let outcome = try recorder.record(runs)
        let time = (ContinuousClock.now - start) / .milliseconds(1)
        guard outcome.recorded.count == count else { throw UsageError() }
        return time
    }
}

func measure(_ arguments: [String]) throws {
    guard arguments.count >= 4, let count = Int(arguments[3]) else { throw UsageError() }
    let recording = try Recording(arguments[1])
    switch (arguments[2], arguments.count) {
    case ("one", 4), ("batch", 5):
        let size = arguments.count == 5 ? count : 1
        let rounds = arguments.count == 5 ? Int(arguments[4]) ?? 1 : count
        var times: [Double] = []
        for _ in 0..<rounds {
            try recording.end(size)
            times.append(try recording.record(size) / Double(size))
        }
        times.sort()
        print(times[times.count / 2], times[times.count * 95 / 100])
    case ("many", 4):
        for _ in 0..<count {
            let run = try recording.engine.submit(recording.request, drivenHere: true)
            try recording.engine.send(.cancel(), to: run)
            _ = try recording.engine.drive(run, in: RunEnvironment(variables: [:], root: recording.folder))
            _ = try recording.recorder.record(recording.runs, endedHere: run)
            print(run)
        }
    default: throw UsageError()
    }
}

do {
    try measure(CommandLine.arguments)
} catch {
    print("record-bench: \(error)")
    exit(2)
}
