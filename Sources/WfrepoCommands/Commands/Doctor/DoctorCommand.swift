import ArgumentParser
import DocumentTree

struct DoctorCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what would hurt, and say which command mends it.",
        discussion: """
            It looks at versions, configuration, hooks, trust, permissions, locks, disk, clock and git's own settings, and \
            changes nothing. The exit status is 1 where it finds a problem.
            """)

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        let findings = try Examination(context).findings()
        try form.json ? writeJSON(findings, to: context.output) : write(findings, to: context.output)
        if findings.contains(where: { $0.level >= .warning }) { throw Ended(status: .negative) }
    }

    private func write(_ findings: [Finding], to output: TextOutput) {
        for area in Finding.Area.allCases {
            let found = findings.filter { $0.area == area }
            for finding in found {
                let mark = output.styled(finding.level.sign, .bold, finding.level.style)
                output.writeLine("\(mark) \(output.styled(area.rawValue, .dim)): \(visible(finding.message))")
                if let command = finding.command { output.writeLine("    \(visible(command))") }
            }
        }
        let problems = findings.count { $0.level >= .warning }
        output.writeLine(
            problems == 0
                ? "Nothing to mend." : "\(problems) problem\(problems == 1 ? "" : "s"), each with what mends it.")
    }

    private func writeJSON(_ findings: [Finding], to output: TextOutput) throws {
        try output.writeJSON(
            .sequence(
                findings.map { finding in
                    [
                        "area": .string(finding.area.rawValue), "level": .string(finding.level.word),
                        "message": .string(finding.message), "command": Value(finding.command),
                    ]
                }))
    }
}

/// Something that an examination found.
struct Finding: Hashable {
    enum Area: String, CaseIterable {
        case versions, configuration, hooks, trust, permissions, secrets, locks, runs, disk, clock, git
    }

    enum Level: Int, Comparable {
        /// As it should be.
        case good
        /// Worth to know.
        case note
        case warning
        case error

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        var sign: String { ["✓", "·", "!", "✗"][rawValue] }
        var style: Style { [.green, .dim, .yellow, .red][rawValue] }
        var word: String { ["good", "note", "warning", "error"][rawValue] }
    }

    var area: Area
    var level: Level
    var message: String
    /// What mends it.
    var command: String?

    init(_ area: Area, _ level: Level, _ message: String, command: String? = nil) {
        self.area = area
        self.level = level
        self.message = message
        self.command = command
    }
}
