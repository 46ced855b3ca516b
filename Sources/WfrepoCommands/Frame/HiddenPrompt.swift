import Glibc

/// Asks for a text that is not shown while it is typed.
///
/// Keys are read one by one, so that Ctrl-C ends the question with the terminal as it was before.
struct HiddenPrompt {
    private static let longest = 1 << 16
    private static let interrupt: UInt8 = 3
    private static let endOfInput: UInt8 = 4
    private static let eraseLine: UInt8 = 21

    /// The text; without its line's end.
    ///
    /// - Throws: `CommandFailure` where there is no terminal, or the person leaves the question.
    func ask(_ question: String) throws(CommandFailure) -> [UInt8] {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { throw CommandFailure("there is no terminal to ask at") }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw CommandFailure("the terminal cannot be asked") }
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(terminal, TCSAFLUSH, &quiet) == 0 else { throw CommandFailure("the terminal cannot be asked") }
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            write("\n", to: terminal)
        }
        write(question + " ", to: terminal)
        return try line(from: terminal)
    }

    /// As ``ask(_:)``, twice, until both are the same.
    func askTwice(_ question: String, again: String) throws(CommandFailure) -> [UInt8] {
        while true {
            let first = try ask(question)
            if try ask(again) == first { return first }
            write("They differ; once more.\n", to: STDERR_FILENO)
        }
    }

    private func line(from terminal: Int32) throws(CommandFailure) -> [UInt8] {
        var typed: [UInt8] = []
        while typed.count < Self.longest {
            var byte: UInt8 = 0
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            switch byte {
            case 0x0A, 0x0D: return typed
            case Self.endOfInput where typed.isEmpty, Self.interrupt:
                throw CommandFailure("nothing was entered", hint: "nothing was changed")
            case 0x7F, 0x08: Self.eraseCharacter(of: &typed)
            case Self.eraseLine: typed = []
            default: typed.append(byte)
            }
        }
        throw CommandFailure("the terminal was closed, or the text is too long", hint: "nothing was changed")
    }

    /// Takes the last character away, all of its bytes in UTF-8.
    private static func eraseCharacter(of typed: inout [UInt8]) {
        while let last = typed.popLast(), last & 0xC0 == 0x80 {}
    }

    private func write(_ text: String, to descriptor: Int32) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
