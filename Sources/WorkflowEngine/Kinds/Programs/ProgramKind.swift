public import DocumentTree
internal import GitStore
internal import Glibc
internal import Synchronization
public import WorkflowLanguage

/// A kind of step whose work is done by a program of its own, which can be killed and whose faults stay its own.
///
/// The program reads one JSON object from standard input:
/// `{kind, with, workflow, run, step, attempt, idempotency_key, correlation_id, directory, variables}`, the last one the names of
/// those variables that are the step's own, and `hosts` where the settings allow some only. What it prints to standard error goes to the step's log. When it succeeds, it prints the step's outputs to standard
/// output, one JSON object, or nothing. When it fails, it ends with a status other than 0 and prints
/// `{"error": {"class": …, "message": …}}`, in it `retry_after`, seconds, where the next attempt should wait at least so long.
///
/// Where there is a command that `serves`, attempts without `limits` are requests to a process of that command, a line each, and
/// it answers with a line each: `{"outputs": …}`, or the error as above.
public struct ProgramKind: StepKind {
    /// The kind's name.
    public let name: KindName
    /// The program's path, and its arguments.
    private let command: [String]
    /// What each request says besides.
    private let facts: ValueMapping
    /// Variables that its process gets besides those of the step.
    private let variables: [String: String]
    /// The processes that do one attempt after another; nil where each attempt has one of its own.
    private let workers: KindWorkerPool?

    /// A kind that is done by a program.
    ///
    /// - Parameters:
    ///   - facts: What each request says besides.
    ///   - variables: Variables that its process gets besides those of the step.
    ///   - serves: The command of a process that does one attempt after another; nil where there is none.
    public init(
        _ name: String, command: [String], facts: ValueMapping = [:], variables: [String: String] = [:],
        serves: [String]? = nil
    ) {
        self.name = KindName(name)
        self.command = command
        self.facts = facts
        self.variables = variables
        workers = serves.map(KindWorkerPool.init(command:))
    }

    /// Runs the program, or has a process do it that has done so before.
    public func run(_ call: StepCall) async throws -> ValueMapping {
        let request = try Value.mapping(self.request(call)).jsonBytes(JSONFormat(nonFinite: .null))
        let environment = call.environment.merging(variables) { $1 }
        if let workers, call.limits == .none {
            return try await outputs(from: workers, request, environment, call)
        }
        var program = ProgramCall(
            arguments: command, environment: environment, directory: call.directory, input: request)
        program.limits = call.limits
        program.grace = call.grace
        program.printLimit = call.limits.output
        let complaint = Mutex(TailBuffer(capacity: 16 << 10))
        let outcome = try await program.run { piece in
            complaint.withLock { $0.append(piece) }
            call.print(String(decoding: piece, as: UTF8.self))
        }
        if outcome.hasPrintedTooMuch, let most = call.limits.output {
            throw StepError(StepError.limitKind, "it printed more than limits.output, \(ByteSize.text(most))")
        }
        let verdict = LimitVerdict(
            limits: call.limits, exit: outcome.exit, signal: outcome.signal, processorTime: outcome.processorTime,
            complaint: String(decoding: complaint.withLock { $0.contents }, as: UTF8.self)
                + String(decoding: outcome.output.suffix(4096), as: UTF8.self))
        if outcome.exit != 0, !outcome.wasStopped, let error = verdict.error ?? boundReached(verdict) { throw error }
        return try answer(outcome)
    }

    /// What the program is told.
    private func request(_ call: StepCall) -> ValueMapping {
        var request: ValueMapping = [
            "kind": .string(name.description), "with": call.parameters,
            "workflow": .string(call.workflow.description), "run": .string(call.run.description),
            "step": .string(call.step.description), "attempt": .integer(call.attempt),
            "idempotency_key": .string(call.idempotencyKey), "correlation_id": .string(call.correlationID),
            "directory": .string(call.directory),
            "variables": .sequence(call.ownVariables.sorted().map(Value.string)),
        ]
        if let hosts = call.scope.hosts { request["hosts"] = .sequence(hosts.map { .string($0.description) }) }
        for (name, value) in facts.entries { request[name] = value }
        return request
    }

    /// Ends the processes that wait for further attempts of a run.
    public func release(_ run: RunID) { workers?.release(run) }

    /// Whether each attempt has a process of its own, which may start others.
    var startsProcesses: Bool { workers == nil }

    /// What is said of an attempt in its environment; the request says it, too.
    private static let attemptVariables = [
        "WFREPO_STEP_ID", "WFREPO_ATTEMPT", "WFREPO_IDEMPOTENCY_KEY", "WFREPO_OUTPUT",
    ]

    private func outputs(
        from workers: KindWorkerPool, _ request: [UInt8], _ environment: [String: String], _ call: StepCall
    ) async throws -> ValueMapping {
        var environment = environment
        for variable in Self.attemptVariables { environment[variable] = nil }
        let station = KindWorkerPool.Station(run: call.run, environment: environment, directory: call.directory)
        let answer = try await workers.ask(request, at: station) { call.print(String(decoding: $0, as: UTF8.self)) }
        switch answer {
        case .line(let line):
            let answer = try? Document.parseOne(line, name: "outputs.json").root?.value()
            if let error = answer?["error"] { throw failure(error) }
            guard let outputs = answer?["outputs"]?.mapping else {
                throw StepError("outputs", "\(name): its outputs are no object")
            }
            return outputs
        case .tooLong: throw tooLong
        case .ended(.signalled(let signal)):
            throw StepError("signal", "\(name): its program was ended by signal \(signal)")
        case .ended(.exited(let exit)): throw StepError("exit", "\(name): its program exited with status \(exit)")
        case .ended(nil), .neverAsked: throw StepError("exit", "\(name): its program ended before it was asked")
        }
    }

    /// The error of a process that had bounded itself, as the step's parameters say.
    private func boundReached(_ verdict: LimitVerdict) -> StepError? {
        guard name == Self.boundKind else { return nil }
        if verdict.signal == Int(SIGXCPU) {
            return StepError(StepError.limitKind, "\(name): it calculated for longer than 'cpu' allows")
        }
        if verdict.lacksMemory {
            return StepError(StepError.limitKind, "\(name): it ran out of the memory that 'memory' gives it")
        }
        // libjq stops its process where it meets what it takes for impossible, and has no bound for the depth of its own calls.
        guard let signal = verdict.signal, [SIGABRT, SIGSEGV].contains(Int32(signal)) else { return nil }
        return StepError("jq", "\(name): jq itself gave up on this program (signal \(signal))")
    }

    /// Its work bounds its own memory and processor time.
    private static let boundKind = KindName("transform")

    private var tooLong: StepError { StepError("outputs", "\(name): it printed more than 16 MiB of outputs") }

    private func failure(_ error: Value) -> StepError {
        StepError(
            error["class"]?.string ?? "error", error["message"]?.string ?? "\(name): it failed",
            retryAfter: error["retry_after"]?.integer.map { .seconds(min(max(0, $0), RetryAfter.longest)) })
    }

    private func answer(_ outcome: ProgramCall.Outcome) throws(StepError) -> ValueMapping {
        guard !outcome.isCut else { throw tooLong }
        var answer: Value?
        if outcome.output.contains(where: { $0 > 32 }) {
            do throws(DocumentError) {
                answer = try Document.parseOne(outcome.output, name: "outputs.json").root?.value()
            } catch {
                guard outcome.exit != 0 else {
                    throw StepError("outputs", "\(name): its outputs are not JSON: \(error.position): \(error.message)")
                }
            }
        }
        if let error = answer?["error"], outcome.exit != 0, !outcome.wasStopped { throw failure(error) }
        guard let exit = outcome.exit else {
            throw StepError("signal", "\(name): its program was ended by signal \(outcome.signal ?? 0)")
        }
        guard exit == 0 else { throw StepError("exit", "\(name): its program exited with status \(exit)") }
        guard let answer else { return ValueMapping() }
        guard let outputs = answer.mapping else { throw StepError("outputs", "\(name): its outputs are no object") }
        return outputs
    }
}
