/// What a commit says: a subject, a body and trailers, in git's form.
public struct CommitMessage: Hashable, Sendable, CustomStringConvertible {
    /// One line that says what changed.
    public var subject: String
    /// Paragraphs below it; may be empty.
    public var body: String
    /// `Key: value` lines at the end, as git-interpret-trailers(1) reads them.
    public var trailers: [Trailer]

    /// A message from its parts.
    public init(subject: String, body: String = "", trailers: [Trailer] = []) {
        self.subject = subject
        self.body = body
        self.trailers = trailers
    }

    /// The whole text, with a newline at its end.
    public var description: String {
        var parts = [Self.oneLine(subject)]
        if !body.isEmpty { parts.append(body) }
        if !trailers.isEmpty { parts.append(trailers.map(\.description).joined(separator: "\n")) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// A message that was given, or else a standard one, with trailers at its end. An empty one stays empty, and is refused.
    static func text(_ given: String?, or standard: CommitMessage, adding trailers: [Trailer]) -> String {
        guard let given else {
            var message = standard
            message.trailers += trailers
            return message.description
        }
        guard !trailers.isEmpty, !given.allSatisfy(\.isWhitespace) else { return given }
        return given + (given.hasSuffix("\n") ? "\n" : "\n\n") + trailers.map { "\($0)\n" }.joined()
    }

    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map(String.init).joined(separator: " ")
    }
}

/// A `Key: value` line at the end of a commit message.
public struct Trailer: Hashable, Sendable, CustomStringConvertible {
    /// The key, such as `Reason`.
    public var key: String
    /// The value; line breaks are folded.
    public var value: String

    /// A trailer.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }

    /// The line; a value of several lines is continued on indented lines.
    public var description: String {
        let lines = value.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        return "\(key): " + lines.filter { !$0.isEmpty }.joined(separator: "\n ")
    }
}

/// How a message is cleaned before it is stored: `commit.cleanup` of git-config(1).
public enum MessageCleanup: String, Sendable, CaseIterable {
    /// Blank lines around it, blank ones after another and white space at line ends go; comments go, too.
    case strip
    /// As `strip`, but lines that start with the comment character stay.
    case whitespace
    /// As `whitespace`, and everything below git's scissors line goes.
    case scissors
    /// Nothing is changed.
    case verbatim

    /// The mode that git uses for a value of `commit.cleanup`.
    ///
    /// - Parameter isEdited: whether a person saw the message in an editor.
    public static func configured(_ value: String?, isEdited: Bool) -> MessageCleanup {
        switch value {
        case "strip": .strip
        case "whitespace": .whitespace
        case "verbatim": .verbatim
        case "scissors": isEdited ? .scissors : .whitespace
        default: isEdited ? .strip : .whitespace
        }
    }

    /// The cleaned message: empty, or with exactly one newline at its end (but `verbatim`).
    public func clean(_ message: String, commentCharacter: Character = "#") -> String {
        if self == .verbatim { return message }
        var lines: [Substring] = []
        // By bytes: as characters, CR LF would be one and no LF would be found.
        for bytes in message.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            var line = Substring(bytes)
            if self == .scissors, line.hasPrefix("\(commentCharacter) ------------------------ >8") { break }
            if self == .strip, line.first == commentCharacter { continue }
            while let last = line.unicodeScalars.last, last.properties.isWhitespace { line.unicodeScalars.removeLast() }
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }
}
