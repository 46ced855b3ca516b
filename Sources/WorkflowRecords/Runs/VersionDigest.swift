internal import WorkflowEngine

/// The note on a version's commit: its latest runs, a line each, the oldest first, and whatever else people wrote there.
///
/// It is what `git log` shows below the version. It is for reading: the records are the notes on the run commits.
struct VersionDigest: Equatable {
    /// How many runs a digest keeps.
    static let limit = 20

    /// The latest runs, in the order of their ends.
    private(set) var runs: [RunSummary]
    /// Lines that are not ours, in their order: somebody's `git notes append`.
    private let remarks: [Substring]

    /// Reads a note; anything in it that is no run's line is a remark.
    init(note: String = "") {
        var runs: [RunSummary] = []
        var remarks: [Substring] = []
        for line in note.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map(Substring.init) {
            if let run = RunSummary(line: line) { runs.append(run) } else { remarks.append(line) }
        }
        self.remarks = Array(remarks.trimmingBlankLines())
        self.runs = []
        add(runs)
    }

    /// Adds runs, each once, and keeps the latest.
    mutating func add(_ new: some Sequence<RunSummary>) {
        let all = Dictionary((runs + new).map { ($0.run, $0) }, uniquingKeysWith: { _, last in last })
        runs = all.values.sorted { ($0.ended, $0.run) < ($1.ended, $1.run) }.suffix(Self.limit)
    }

    /// This digest and another writer's, united: their runs, and both writers' remarks.
    func united(with other: VersionDigest) -> VersionDigest {
        let known = Set(remarks)
        let more = other.remarks.filter { !known.contains($0) }
        var united = VersionDigest(runs: runs, remarks: more.isEmpty ? remarks : remarks + more)
        united.add(other.runs)
        return united
    }

    private init(runs: [RunSummary], remarks: [Substring]) {
        self.runs = runs
        self.remarks = remarks
    }

    /// The note's text.
    var note: String {
        let lines = runs.map(\.line) + (runs.isEmpty || remarks.isEmpty ? [] : [""]) + remarks.map(String.init)
        return lines.joined(separator: "\n") + "\n"
    }
}

extension [Substring] {
    fileprivate func trimmingBlankLines() -> ArraySlice<Substring> {
        let isBlank: (Substring) -> Bool = { line in line.allSatisfy(\.isWhitespace) }
        var lines = drop(while: isBlank)
        while let last = lines.last, isBlank(last) { lines.removeLast() }
        return lines
    }
}
