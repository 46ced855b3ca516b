import Glibc

/// What standard input, output and error are connected to.
struct Terminal {
    var inputIsTerminal: Bool
    var outputIsTerminal: Bool
    var errorIsTerminal: Bool
    /// The width in columns; 80 where it is not known.
    var columns: Int

    /// The terminal of this process.
    static func current(environment: [String: String]) -> Terminal {
        Terminal(
            inputIsTerminal: isatty(STDIN_FILENO) == 1,
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1,
            columns: size(of: STDOUT_FILENO)?.columns ?? environment["COLUMNS"].flatMap(Int.init).map { max(20, $0) }
                ?? 80)
    }

    /// The size of the terminal that a descriptor is connected to; nil where it is none, or has none.
    static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Asks a question on the terminal until the answer is one of `answers`; nil at the end of the input.
    ///
    /// - Parameters:
    ///   - answers: What may be typed, each with its meaning; upper and lower case are the same.
    ///   - settled: Descriptors of which one can be read once no answer is needed any more.
    func ask<Answer>(
        _ question: String, answers: [(text: String, meaning: Answer)], on output: TextOutput,
        unlessSettled settled: [Int32] = []
    ) -> Answer? {
        while true {
            output.write(question + " ")
            output.flush()
            guard let line = Self.inputLine(unlessSettled: settled) else { return nil }
            let typed = line.trimmed().lowercased()
            if let match = answers.first(where: { $0.text.lowercased() == typed }) { return match.meaning }
            output.writeLine("Please answer \(answers.map(\.text).filter { !$0.isEmpty }.joined(separator: ", ")).")
        }
    }

    /// Asks whether to go on; no answer, and the end of the input, say no.
    func confirms(_ question: String, on output: TextOutput) -> Bool {
        let answers = [("yes", true), ("y", true), ("no", false), ("n", false), ("", false)]
        return ask("\(question) [y/N]", answers: answers, on: output) ?? false
    }

    /// Waits for input, or until the question is settled; whether it is.
    private static func isSettled(_ settled: [Int32]) -> Bool {
        var polls = (settled + [STDIN_FILENO]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&polls, nfds_t(polls.count), -1) < 0, errno == EINTR {}
        return polls.dropLast().contains { $0.revents != 0 }
    }

    /// The next line of standard input; nil at its end, as when the terminal was closed.
    ///
    /// `readLine()` repeats a read that a signal interrupted until the error is another one; at the end of the input there is
    /// none, so that it would never return.
    private static func inputLine(unlessSettled settled: [Int32]) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            if !settled.isEmpty, Self.isSettled(settled) { return nil }
            switch read(STDIN_FILENO, &byte, 1) {
            case 1 where byte == UInt8(ascii: "\n"): return String(decoding: bytes, as: UTF8.self)
            case 1: bytes.append(byte)
            case -1 where errno == EINTR: continue
            default: return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
        }
    }
}

extension StringProtocol {
    /// The text without white space at both ends.
    func trimmed() -> String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
