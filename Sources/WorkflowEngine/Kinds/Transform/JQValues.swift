internal import CKinds

/// The JSON values of a stream, parsed by jq as they are asked for.
final class JQValues {
    /// What is read, for people.
    let name: String
    /// How many values were taken.
    private(set) var number = 0
    /// Why `input` had nothing to give, where that was not the end.
    private(set) var failure: StepError?

    private let jq: ckinds_jq
    private let parser: OpaquePointer
    private let piece: () throws -> [UInt8]
    /// The parser keeps a pointer to what it was given until it has used that up.
    private var buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 0)
    private var isAtEnd = false

    /// - Parameter piece: The next piece of the stream; empty at its end.
    init(_ jq: ckinds_jq, of name: String, _ piece: @escaping () throws -> [UInt8]) throws(StepError) {
        guard let parser = jq.parser_new(0) else { throw StepError("jq", "no memory to read \(name)") }
        (self.jq, self.parser, self.name, self.piece) = (jq, parser, name, piece)
    }

    deinit {
        jq.parser_free(parser)
        buffer.deallocate()
    }

    /// The next value, which the caller frees; nil at the end.
    func next() throws(StepError) -> jv? {
        while true {
            let value = jq.parser_next(parser)
            guard jq.get_kind(value) == JV_KIND_INVALID else {
                number += 1
                return value
            }
            guard jq.invalid_has_msg(jq.copy(value)) == 0 else {
                throw StepError("json", "\(name): value \(number + 1): \(jq.text(jq.invalid_get_msg(value)))")
            }
            jq.free(value)
            guard !isAtEnd else { return nil }
            try feed()
        }
    }

    /// What jq's `input` gives: the next value, or one that is none.
    func input() -> jv {
        do throws(StepError) {
            return try next() ?? jq.invalid()
        } catch {
            failure = error
            return jq.invalid()
        }
    }

    private func feed() throws(StepError) {
        let bytes: [UInt8]
        do {
            bytes = try piece()
        } catch {
            throw error as? StepError ?? StepError("file", "\(name): \(error)")
        }
        isAtEnd = bytes.isEmpty
        buffer.deallocate()
        buffer = .allocate(capacity: bytes.count)
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
        jq.parser_set_buf(parser, buffer.baseAddress, Int32(clamping: buffer.count), isAtEnd ? 0 : 1)
    }
}
