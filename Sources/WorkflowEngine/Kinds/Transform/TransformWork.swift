internal import DocumentTree
internal import Glibc

/// The work of `uses: transform`: a jq program over a value, or over each value of a file.
///
/// The program is compiled once a call. The process that does this is bounded in memory and time, and can be killed.
struct TransformWork {
    let parameters: Parameters
    let folder: WorkFolder
    /// The variables that the program sees (`env`, `$ENV`).
    let environment: [String: String]

    /// How much memory the process may have unless the step says otherwise, in MiB.
    static let standardMemory = 1024
    /// How many seconds it may calculate.
    static let standardTime = 600
    /// How many bytes of results are handed on as outputs.
    private static let resultLimit = 1 << 20

    func perform() throws -> ValueMapping {
        try bound()
        try showOnlyOwnVariables()
        let program = try JQProgram(parameters.required("program"), arguments: arguments())
        guard let target = try parameters.text("to") else {
            var results: [Value] = []
            var size = 0
            try run(program) { text throws(StepError) in
                size += text.utf8.count
                guard size <= Self.resultLimit else {
                    throw StepError("too-large", "the results are larger than 1 MiB; write them to a file with 'to'")
                }
                results.append(try Self.value(text))
            }
            return ["result": results.last ?? .null, "results": .sequence(results), "count": .integer(results.count)]
        }
        let file = try AtomicFile(try folder.target(target), replaces: parameters.flag("overwrite"))
        var (buffer, count): ([UInt8], Int) = ([], 0)
        try run(program) { text throws(StepError) in
            buffer.append(contentsOf: text.utf8)
            buffer.append(0x0A)
            count += 1
            if buffer.count >= 1 << 20 {
                try file.write(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try file.write(buffer)
        try file.finish()
        return ["path": .string(target), "count": .integer(count)]
    }

    private func arguments() throws -> String {
        guard let value = parameters["args"] else { return "{}" }
        guard value.mapping != nil else { throw Parameters.fault("args: is no mapping") }
        return try value.json()
    }

    private func run(_ program: JQProgram, _ take: (String) throws(StepError) -> Void) throws {
        guard let path = try parameters.text("file") else {
            return try program.run(on: (parameters["value"] ?? .null).json(JSONFormat(nonFinite: .null)), take)
        }
        let reader = try FileReader(try folder.existing(path))
        try program.run(onFile: path, { try reader.next() }, take)
    }

    private static func value(_ json: String) throws(StepError) -> Value {
        do throws(DocumentError) {
            return try Document.parseOne(Array(json.utf8), name: "result.json").value()
        } catch {
            throw StepError("jq", "a result cannot be read: \(error.message)")
        }
    }

    /// libjq reads the environment of its process, which also has the caller's: credentials, perhaps, and a `HOME` whose `.jq` would
    /// become a part of the program. What remains are the step's own variables, and the time zone, by which `localtime` goes.
    private func showOnlyOwnVariables() throws(StepError) {
        clearenv()
        for (name, value) in environment where setenv(name, value, 1) != 0 {
            throw StepError("jq", "the variable \(name) cannot be set: \(String(cString: strerror(errno)))")
        }
    }

    /// A program that eats memory or never ends stops itself; a step's `timeout` may stop it sooner.
    private func bound() throws(StepError) {
        let memory = try parameters.integer("memory", default: Self.standardMemory, in: 64...65_536)
        let time = try parameters.integer("cpu", default: Self.standardTime, in: 1...86_400)
        var space = rlimit()
        var seconds = rlimit(rlim_cur: rlim_t(time), rlim_max: rlim_t(time) + 5)
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space) == 0 else { throw Self.unbounded() }
        // `limits` of the step may allow less.
        space.rlim_max = min(space.rlim_max, rlim_t(memory) << 20 + Self.mapped())
        space.rlim_cur = space.rlim_max
        guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space) == 0,
            setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &seconds) == 0
        else { throw Self.unbounded() }
    }

    private static func unbounded() -> StepError {
        StepError("jq", "its memory and time cannot be bounded: \(String(cString: strerror(errno)))")
    }

    /// How much address space the process has before it does anything, in bytes: the program and its libraries are no part of
    /// what the step may have.
    private static func mapped() -> rlim_t {
        let pages = FileBytes.read("/proc/self/statm", limit: 256)?.split(separator: UInt8(ascii: " ")).first
        return pages.flatMap { rlim_t(String(decoding: $0, as: UTF8.self)) }.map { $0 * rlim_t(getpagesize()) } ?? 0
    }
}
