internal import CKinds

/// A compiled jq program.
final class JQProgram {
    private let jq: ckinds_jq
    private var state: OpaquePointer?
    private let messages = Messages()

    /// What jq says while it compiles.
    private final class Messages {
        var texts: [String] = []
        var jq: ckinds_jq?
    }

    /// Compiles a program.
    ///
    /// - Parameter arguments: A JSON object; its keys are `$name` in the program.
    /// - Throws: A `StepError` `jq` with jq's own messages.
    init(_ program: String, arguments: String) throws(StepError) {
        var fault: UnsafePointer<CChar>?
        guard let functions = ckinds_load_jq(&fault) else {
            let reason = fault.map { String(cString: $0) } ?? ""
            throw StepError(
                "missing-library", "libjq is needed and cannot be loaded (\(reason)); apt-get install libjq1")
        }
        jq = functions.pointee
        guard let state = jq.`init`() else { throw StepError("jq", "no memory for the program") }
        self.state = state
        jq.set_nomem_handler(state, ckinds_lack_memory, nil)
        guard !Self.usesModules(program) else {
            throw StepError(
                "jq", "modules (import, include) cannot be used here: define what is needed in the program itself")
        }
        messages.jq = jq
        jq.set_error_cb(
            state,
            { context, message in
                guard let context else { return }
                let messages = Unmanaged<Messages>.fromOpaque(context).takeUnretainedValue()
                guard let jq = messages.jq else { return }
                let text = jq.format_error(message)
                if let characters = jq.string_value(text) { messages.texts.append(String(cString: characters)) }
                jq.free(text)
            }, Unmanaged.passUnretained(messages).toOpaque())
        let values = arguments.withCString { jq.parse_sized($0, Int32(clamping: arguments.utf8.count)) }
        guard jq.compile_args(state, program, values) != 0 else {
            let reasons = messages.texts.map { $0.hasPrefix("jq: ") ? String($0.dropFirst(4)) : $0 }
            throw StepError("jq", "the program cannot be compiled: " + reasons.joined(separator: "; "))
        }
    }

    deinit { jq.teardown(&state) }

    /// Whether a program begins as only one with modules does. Those would be looked for anywhere in the file system, and libjq 1.6
    /// stops the process where nobody says where.
    ///
    /// Source: jq(1), "MODULES": directives stand at the beginning.
    private static func usesModules(_ program: String) -> Bool {
        var rest = Substring(program)
        while let first = rest.first, first.isWhitespace || first == "#" {
            rest = first == "#" ? rest.drop { !$0.isNewline } : rest.dropFirst()
        }
        return ["module", "import", "include"].contains(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }

    /// Runs the program on one JSON text.
    func run(on json: String, _ take: (String) throws(StepError) -> Void) throws(StepError) {
        var bytes: [UInt8]? = Array(json.utf8)
        try run(
            onFile: "value",
            {
                defer { bytes = nil }
                return bytes ?? []
            }, take)
    }

    /// Runs the program on each JSON value of a stream, which is read piece by piece. The program may take further values itself:
    /// `input`, `inputs`.
    ///
    /// - Parameters:
    ///   - next: The next piece; empty at the end.
    ///   - take: Is given each result as JSON.
    func run(
        onFile name: String, _ next: @escaping () throws -> [UInt8],
        _ take: (String) throws(StepError) -> Void
    ) throws(StepError) {
        let values = try JQValues(jq, of: name, next)
        jq.set_input_cb(
            state,
            { _, values in
                values.map { Unmanaged<JQValues>.fromOpaque($0).takeUnretainedValue().input() } ?? jv()
            }, Unmanaged.passUnretained(values).toOpaque())
        defer { jq.set_input_cb(state, nil, nil) }
        while let value = try values.next() { try run(value, values, take) }
    }

    private func run(
        _ value: jv, _ values: JQValues, _ take: (String) throws(StepError) -> Void
    ) throws(StepError) {
        jq.start(state, value, 0)
        while true {
            let result = jq.next(state)
            if let failure = values.failure {
                jq.free(result)
                throw failure
            }
            let place = "\(values.name): value \(values.number)"
            guard jq.get_kind(result) != JV_KIND_INVALID else {
                if jq.halted(state) != 0 {
                    jq.free(result)
                    throw StepError("jq", "\(place): the program halted")
                }
                guard jq.invalid_has_msg(jq.copy(result)) != 0 else { return jq.free(result) }
                throw StepError("jq", "\(place): \(jq.text(jq.invalid_get_msg(result)))")
            }
            let dumped = jq.dump_string(result, 0)
            defer { jq.free(dumped) }
            try take(jq.string_value(dumped).map { String(cString: $0) } ?? "null")
        }
    }
}

extension ckinds_jq {
    /// A message as text; it takes the value over.
    func text(_ value: jv) -> String {
        let isText = get_kind(value) == JV_KIND_STRING
        let string = isText ? value : dump_string(value, 0)
        defer { free(string) }
        return string_value(string).map { String(cString: $0) } ?? ""
    }
}
