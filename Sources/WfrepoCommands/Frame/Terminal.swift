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
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return Terminal(
            inputIsTerminal: isatty(STDIN_FILENO) == 1,
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1,
            columns: isKnown ? Int(size.ws_col) : environment["COLUMNS"].flatMap(Int.init).map { max(20, $0) } ?? 80)
    }

    /// Asks a question on the terminal until the answer is one of `answers`; nil at the end of the input.
    ///
    /// - Parameter answers: What may be typed, each with its meaning; upper and lower case are the same.
    func ask<Answer>(_ question: String, answers: [(text: String, meaning: Answer)], on output: TextOutput) -> Answer? {
        while true {
            output.write(question + " ")
            output.flush()
            guard let line = readLine() else { return nil }
            let typed = line.trimmed().lowercased()
            if let match = answers.first(where: { $0.text.lowercased() == typed }) { return match.meaning }
            output.writeLine("Please answer \(answers.map(\.text).filter { !$0.isEmpty }.joined(separator: ", ")).")
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
