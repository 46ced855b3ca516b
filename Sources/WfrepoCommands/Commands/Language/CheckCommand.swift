import ArgumentParser
import DocumentTree
import GitStore
import Glibc
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords

struct CheckCommand: WfrepoCommand {
    static let manual = CommandConfiguration(
        commandName: "check", abstract: "Check definitions: every problem, with file, line and column.",
        discussion: """
            Without a path, every workflow of the work tree, and its settings (wfrepo.yaml), which hold for what is \
            checked. Exit status 1 where a definition has an error; warnings \
            alone are no failure. Paths may be files, wherever they are, folders, or names of workflows.
            """)

    @Argument(help: "Files, folders or names of workflows.", completion: .file())
    var paths: [String] = []

    @Flag(help: "Take warnings for errors.")
    var strict = false

    @OptionGroup var form: OutputOptions

    func run(in context: CommandContext) throws {
        var checked = 0
        var problems: [Problem] = []
        var pathsByName: [WorkflowName: String] = [:]
        var pathsInSmallLetters: [String: String] = [:]
        let surroundings = try CheckedSurroundings(context)
        if surroundings.path != nil, paths.isEmpty || paths.contains(where: isSettings) {
            checked += 1
            problems += surroundings.problems
        }
        for file in try DefinitionFiles(context: context).files(paths) {
            checked += 1
            if !file.isMisnamed, let other = pathsByName.updateValue(file.path, forKey: file.name), paths.isEmpty {
                problems.append(
                    Problem(
                        file: file.path, position: .start, code: .document,
                        message: "\(other) claims the name \(file.name), too", hint: "remove one of them"))
            }
            if let other = pathsInSmallLetters.updateValue(file.path, forKey: file.path.lowercased()),
                other != file.path
            {
                problems.append(Problem(DefinitionProblem.collision(file.path, with: other)))
            }
            problems += try file.problems(in: context, surroundings)
        }
        if form.json {
            try context.output.writeJSON(["checked": .integer(checked), "problems": .sequence(problems.map(\.summary))])
        } else {
            write(problems, checked: checked, to: context.output)
        }
        let faults = problems.filter { strict || $0.severity == .error }
        tellAudit(faults, checked: checked, pathsByName, in: context)
        if !faults.isEmpty { throw Ended(status: .negative) }
    }

    /// Tells the audit, where the files are those of a repository that keeps one and can be written to: a check is a question
    /// that must work anywhere. Each workflow that was refused, or was asked for by name, is an event; else one says how many
    /// were looked at.
    private func tellAudit(
        _ faults: [Problem], checked: Int, _ files: [WorkflowName: String], in context: CommandContext
    ) {
        guard let repository = try? context.openRepository(),
            access(repository.commonDirectory + "wfrepo", W_OK) == 0
        else { return }
        let trail = context.auditTrail(repository, "wfrepo check")
        let counts = Dictionary(grouping: faults, by: \.file).mapValues(\.count)
        let refused = files.filter { counts[$0.value] != nil }
        let told = !faults.isEmpty ? refused : paths.isEmpty && files.count > 1 ? [:] : files
        var entries = told.sorted { $0.key < $1.key }.map { name, file in
            guard let count = counts[file] else { return trail.event(.workflowValidated, workflow: name) }
            return trail.event(.workflowRefused, workflow: name, ["problems": .integer(count)])
        }
        if entries.isEmpty {
            let kind: AuditEventKind = faults.isEmpty ? .workflowValidated : .workflowRefused
            entries = [trail.event(kind, ["checked": .integer(checked)])]
        }
        context.tell(entries, to: trail, in: repository)
    }

    private func isSettings(_ path: String) -> Bool { path == Settings.path || path.hasSuffix("/" + Settings.path) }

    private func write(_ problems: [Problem], checked: Int, to output: TextOutput) {
        for problem in problems {
            output.writeLine(
                output.styled(visibleLine(problem.description), problem.severity == .error ? .red : .yellow))
        }
        let errors = problems.count { $0.severity == .error }
        let warnings = problems.count - errors
        output.writeLine(
            "\(checked) checked: \(errors == 0 ? "no errors" : errors == 1 ? "1 error" : "\(errors) errors")"
                + (warnings == 0 ? "" : warnings == 1 ? ", 1 warning" : ", \(warnings) warnings"))
    }
}

extension Problem {
    /// What scripts learn of a problem.
    var summary: Value {
        [
            "file": .string(file), "line": .integer(position.line), "column": .integer(position.column),
            "severity": .string(severity.rawValue), "code": .string(code.rawValue), "message": .string(message),
            "hint": Value(hint),
        ]
    }
}

extension Problem {
    /// A warning of the whole file.
    fileprivate init(_ problem: DefinitionProblem) {
        self.init(
            file: problem.path, position: .start, severity: .warning, code: .document, message: problem.message,
            hint: problem.hint)
    }
}
