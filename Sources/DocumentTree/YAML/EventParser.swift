// libyaml's own C interface, which the package Yams builds and links statically (with the bound on nesting that the
// system's copy may lack). Yams' composer in Swift isn't used: it keeps no ends of nodes, resolves scalars by YAML 1.1,
// and takes several times as long.
import CYaml

/// libyaml's events of a text, with positions that count bytes, and faults in plain English.
struct EventParser: ~Copyable {
    private let text: SourceText
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    /// libyaml counts characters. Its marks move forwards or a few characters back, so a walk from the latest one
    /// costs, over the whole text, time linear in its length.
    private var latest: (index: Int, offset: Int)

    /// A parser of `text`, whose `buffer` must stay in place as long as the parser lives.
    init(_ text: SourceText, buffer: UnsafeBufferPointer<UInt8>) throws(DocumentError) {
        self.text = text
        latest = (0, text.start)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw DocumentError(.limit, name: text.name, position: .start, message: "there is not enough memory")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, buffer.baseAddress.map { $0 + text.start }, buffer.count - text.start)
    }

    deinit {
        yaml_event_delete(event)
        event.deallocate()
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; stays valid up to the next call.
    mutating func next() throws(DocumentError) -> yaml_event_t {
        yaml_event_delete(event)
        guard yaml_parser_parse(parser, event) == 1 else { throw fault() }
        return event.pointee
    }

    /// The place of a mark.
    mutating func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1, offset: offset(Int(mark.index)))
    }

    private mutating func offset(_ index: Int) -> Int {
        if text.isASCII { return index }
        var (current, offset) = latest
        let bytes = text.bytes
        while current < index, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            current += 1
        }
        while current > index, offset > text.start {
            offset -= 1
            while offset > text.start, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
            current -= 1
        }
        latest = (current, offset)
        return offset
    }

    /// What libyaml found wrong.
    private mutating func fault() -> DocumentError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text can't be read"
        let context = parser.pointee.context.map { String(cString: $0) } ?? ""
        if parser.pointee.error == YAML_READER_ERROR {
            // The reader counts bytes behind the byte order mark.
            return DocumentError(
                .encoding, name: text.name,
                position: text.position(of: Int(parser.pointee.problem_offset) + text.start),
                message: "a control character (U+\(String(parser.pointee.problem_value, radix: 16, uppercase: true)))",
                hint: "remove it, or write it as an escape in double quotes")
        }
        let fault = SyntaxFault(
            problem: problem, context: context, position: position(parser.pointee.problem_mark),
            contextPosition: position(parser.pointee.context_mark), text: text)
        return DocumentError(
            problem.hasPrefix("Maximum nesting") ? .limit : .syntax, name: text.name, position: fault.position,
            message: fault.message, hint: fault.hint)
    }
}
