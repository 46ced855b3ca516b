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

    /// Runs the program on one JSON text.
    func run(on json: String, _ take: (String) throws(StepError) -> Void) throws(StepError) {
        var bytes: [UInt8]? = Array(json.utf8)
        try run(
            onFile: "value",
            { () throws(StepError) in
                defer { bytes = nil }
                return bytes ?? []
            }, take)
    }

    /// Runs the program on each JSON value of a stream, which is read piece by piece.
    ///
    /// - Parameters:
    ///   - next: The next piece; empty at the end.
    ///   - take: Is given each result as JSON.
    func run(
        onFile name: String, _ next: () throws(StepError) -> [UInt8],
        _ take: (String) throws(StepError) -> Void
    ) throws(StepError) {
        guard let parser = jq.parser_new(0) else { throw StepError("jq", "no memory to read \(name)") }
        defer { jq.parser_free(parser) }
        var number = 0
        while true {
            let piece = try next()
            let isLast = piece.isEmpty
            // The parser keeps the pointer until it has used the piece up: so all of its values are taken within.
            let failure = piece.withUnsafeBufferPointer { buffer -> StepError? in
                buffer.withMemoryRebound(to: CChar.self) { characters in
                    jq.parser_set_buf(parser, characters.baseAddress, Int32(clamping: characters.count), isLast ? 0 : 1)
                    do throws(StepError) {
                        try drain(parser, name, &number, take)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            if let failure { throw failure }
            if isLast { return }
        }
    }

    private func drain(
        _ parser: OpaquePointer, _ name: String, _ number: inout Int,
        _ take: (String) throws(StepError) -> Void
    ) throws(StepError) {
        while true {
            let value = jq.parser_next(parser)
            guard jq.get_kind(value) != JV_KIND_INVALID else {
                guard jq.invalid_has_msg(jq.copy(value)) != 0 else { return jq.free(value) }
                throw StepError("json", "\(name): value \(number + 1): \(text(jq.invalid_get_msg(value)))")
            }
            number += 1
            try run(value, name, number, take)
        }
    }

    private func run(
        _ value: jv, _ name: String, _ number: Int, _ take: (String) throws(StepError) -> Void
    ) throws(StepError) {
        jq.start(state, value, 0)
        while true {
            let result = jq.next(state)
            guard jq.get_kind(result) != JV_KIND_INVALID else {
                if jq.halted(state) != 0 {
                    jq.free(result)
                    throw StepError("jq", "\(name): value \(number): the program halted")
                }
                guard jq.invalid_has_msg(jq.copy(result)) != 0 else { return jq.free(result) }
                throw StepError("jq", "\(name): value \(number): \(text(jq.invalid_get_msg(result)))")
            }
            let dumped = jq.dump_string(result, 0)
            defer { jq.free(dumped) }
            try take(jq.string_value(dumped).map { String(cString: $0) } ?? "null")
        }
    }

    /// A message as text; it takes the value over.
    private func text(_ value: jv) -> String {
        let isText = jq.get_kind(value) == JV_KIND_STRING
        let string = isText ? value : jq.dump_string(value, 0)
        defer { jq.free(string) }
        return jq.string_value(string).map { String(cString: $0) } ?? ""
    }
}
