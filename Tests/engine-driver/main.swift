// Drives runs in a process of its own, for tests and measurements of the engine:
//
//     engine-driver FOLDER submit FILE     takes a run of the workflow in, and prints its id
//     engine-driver FOLDER drive RUN       drives it, and prints how it stands then
//     engine-driver FOLDER run FILE        both
//     engine-driver FOLDER stir FILE SEED  does things at random to the folder's runs, and starts some
//     engine-driver FOLDER resume RUN      resumes it, as a person does, and drives it
//
// FOLDER is the work tree; the engine's own files are in FOLDER/state. A workflow in FOLDER/called.yaml may be called as `called`.
import GitStore
import Glibc
import WorkflowEngine
import WorkflowLanguage

struct UsageError: Error {}

func drive(_ arguments: [String]) throws {
    if arguments.count == 5, arguments[2] == "stir", let seed = UInt64(arguments[4]) {
        return try Stirring(folder: arguments[1], file: arguments[3], seed: seed).run(rounds: 25)
    }
    guard arguments.count == 4 else { throw UsageError() }
    let (folder, verb, operand) = (arguments[1], arguments[2], arguments[3])
    var configuration = EngineConfiguration(
        folder: "\(folder)/state", repository: nil, host: "test", parallelism: 2)
    configuration.grace = .milliseconds(500)
    let engine = try Engine(configuration)
    var run = RunID(operand)
    if verb == "resume", let run {
        try engine.send(.resume(), to: run)
    } else if verb != "drive" {
        run = try engine.submit(try request(operand))
        print(run?.description ?? "", verb == "submit" ? "queued" : "", terminator: "\n")
        fflush(nil)
    }
    guard let run, verb != "submit" else { return }
    var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
    variables["HOME"] = folder
    var environment = RunEnvironment(variables: variables, root: folder)
    let called = "\(folder)/called.yaml"
    if access(called, F_OK) == 0 {
        let request = try request(called, name: "called")
        environment.calls[request.definition.workflow] = CalledWorkflow(
            workflow: request.workflow, definition: request.definition, source: request.source)
    }
    let record = try engine.drive(run, in: environment)
    print(record.status.rawValue)
}

func request(_ path: String, name: String = "test") throws -> RunRequest {
    guard let file = fopen(path, "r") else { throw UsageError() }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    guard let name = WorkflowName(name), let commit = CommitID(String(repeating: "1", count: 40)),
        let tree = TreeID(String(repeating: "2", count: 40)), let blob = BlobID(String(repeating: "3", count: 40))
    else { throw UsageError() }
    let parsed = Workflow.parse(bytes, name: name)
    guard let workflow = parsed.workflow else {
        print(parsed.errors.map(\.description).joined(separator: "\n"))
        throw UsageError()
    }
    return RunRequest(
        workflow: workflow,
        definition: PinnedDefinition(
            workflow: name, version: 1, commit: commit, tree: tree, path: name.path, blob: blob, hash: workflow.hash),
        source: bytes, actor: Actor(name: "Ada", email: "ada@example.test"))
}

do {
    try drive(CommandLine.arguments)
} catch {
    print("\(error)")
    exit(2)
}
