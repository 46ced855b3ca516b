import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

/// Looks among the versions of a workflow for the first one whose runs fail.
struct GuiltSearch {
    /// What is known.
    enum Verdict {
        case noRuns
        case allGood(last: WorkflowVersion)
        case allBad(first: WorkflowVersion)
        /// The versions between the last good and the first bad one that never ran are unknown.
        case guilty(good: WorkflowVersion, bad: WorkflowVersion, unknown: [WorkflowVersion])

        /// For scripts.
        var word: String {
            switch self {
            case .noRuns: "no-runs"
            case .allGood: "good"
            case .allBad: "bad"
            case .guilty(_, _, let unknown): unknown.isEmpty ? "guilty" : "unclear"
            }
        }
    }

    let name: WorkflowName
    /// The versions that can run, the oldest first.
    private(set) var versions: [WorkflowVersion]
    /// Whether the latest judged run of a version succeeded, by its number.
    private var evidence: [Int: Bool] = [:]

    init(_ name: WorkflowName, _ workflows: WorkflowRepository, _ index: RecordIndex) throws {
        self.name = name
        let all = try workflows.log(of: name).map(\.version).reversed()
        guard all.allSatisfy({ $0.number != nil }) else {
            throw CommandFailure(
                "this shallow clone does not know the versions of \(name)",
                hint: "fetch the rest: git fetch --unshallow")
        }
        versions = all.filter { $0.file != nil }
        // Before a renaming the versions ran under the other name.
        for name in Set(all.map(\.name)) {
            let judged = try index.latestJudgements(of: name)
            for version in versions where version.name == name {
                evidence[version.number ?? 0] = judged[version.number ?? 0]
            }
        }
    }

    /// Leaves out what is before or behind these versions, which stand for a good and a bad one.
    mutating func narrow(from good: Int?, to bad: Int?) throws(CommandFailure) {
        if let good, let bad, good >= bad {
            throw CommandFailure("v\(good), which is said to be good, does not come before v\(bad)", status: .usage)
        }
        for (number, isGood) in [(good, true), (bad, false)] {
            guard let number else { continue }
            guard versions.contains(where: { $0.number == number }) else {
                throw CommandFailure("\(name) has no v\(number)", hint: "list its versions: wfrepo log \(name)")
            }
            evidence[number] = isGood
        }
        versions = versions.filter { ($0.number ?? 0) >= good ?? 0 && ($0.number ?? 0) <= bad ?? .max }
    }

    /// What a version's runs say; nil where they say nothing.
    func isGood(_ version: WorkflowVersion) -> Bool? { version.number.flatMap { evidence[$0] } }

    /// Takes the end of a run for evidence; false where it is none.
    mutating func judge(_ version: WorkflowVersion, by status: RunStatus) -> Bool {
        guard status.isFinal, status != .cancelled, let number = version.number else { return false }
        evidence[number] = status == .succeeded
        return true
    }

    /// What is known now: the last good version that has a bad one behind it, and the first bad one behind that.
    var verdict: Verdict {
        guard let lastBad = versions.lastIndex(where: { isGood($0) == false }) else {
            return versions.last { isGood($0) == true }.map { .allGood(last: $0) } ?? .noRuns
        }
        // Good again behind the last bad one: it was mended, and the guilty one lies before.
        guard let good = versions[..<lastBad].lastIndex(where: { isGood($0) == true }),
            let bad = versions[good...].firstIndex(where: { isGood($0) == false })
        else { return .allBad(first: versions.first { isGood($0) == false } ?? versions[lastBad]) }
        return .guilty(good: versions[good], bad: versions[bad], unknown: Array(versions[(good + 1)..<bad]))
    }

    /// The version whose run tells most: the middle one of the unknown; nil where nothing is unknown.
    var next: WorkflowVersion? {
        switch verdict {
        case .guilty(_, _, let unknown): unknown.isEmpty ? nil : unknown[unknown.count / 2]
        // Nothing is known of the latest: a bad one is looked for at the end, a good one at the beginning.
        case .noRuns: versions.last
        case .allGood: versions.last.flatMap { isGood($0) == nil ? $0 : nil }
        case .allBad(let first):
            versions.first.flatMap { oldest in oldest != first && isGood(oldest) == nil ? oldest : nil }
        }
    }
}
