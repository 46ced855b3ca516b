import DocumentTree

/// The problems of one file, as they are found.
struct ProblemList {
    let file: String
    private(set) var all: [Problem] = []

    /// How many are kept: a file of a million faults needs no million messages.
    private static let maximum = 1000

    init(file: String) { self.file = file }

    var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// The problems in the order of the file.
    var sorted: [Problem] {
        all.enumerated().sorted { ($0.element.position.offset, $0.offset) < ($1.element.position.offset, $1.offset) }
            .map(\.element)
    }

    mutating func report(
        _ code: Problem.Code, at position: SourcePosition, _ message: String, hint: String? = nil,
        severity: Problem.Severity = .error
    ) {
        guard all.count < Self.maximum else { return }
        all.append(
            Problem(file: file, position: position, severity: severity, code: code, message: message, hint: hint))
    }
}
