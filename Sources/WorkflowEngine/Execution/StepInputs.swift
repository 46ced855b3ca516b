internal import DocumentTree
internal import WorkflowLanguage

/// What an attempt is given, its expressions evaluated: the step's own variables, its folder, and the script or the
/// parameters.
struct StepInputs {
    /// What is run.
    enum Work {
        case script(ShellScript.Rendering, shell: String)
        case kind(KindName, Value)
    }

    let step: Step
    let phase: AttemptPhase
    /// The variables of the workflow and the step.
    let variables: [String: String]
    let folder: String?
    let work: Work
    /// The state of the own kind that does the work, where one does.
    private var kindTree: String?

    /// Evaluates what the step at `position` is given.
    /// - Throws: A `StepError` of the class `expression`.
    init(_ execution: Execution, position: Int, phase: AttemptPhase) throws(StepError) {
        step = execution.plan.steps[position]
        self.phase = phase
        let undo = phase == .undo ? step.compensation : nil
        do {
            let context = try RunContext(execution, position: position)
                .adding(step.environment + (undo?.environment ?? []))
            variables = context.environment?.variables ?? [:]
            folder = try (undo.map(\.workingDirectory) ?? step.workingDirectory)?.text(in: context)
            switch undo?.work ?? step.work {
            case .shell(let script): work = .script(try script.render(in: context), shell: script.shell)
            case .kind(let name, let parameters):
                work = .kind(name, try parameters.evaluate(in: context))
                kindTree = name.own.flatMap { execution.surroundings.kindTrees[$0] }
            }
        } catch {
            throw StepError(StepError.expressionKind, "\(error)")
        }
        if folder?.utf8.contains(0) == true {
            throw StepError(StepError.expressionKind, "`working-directory` holds the character NUL")
        }
        if let folder, folder.hasPrefix("/") || folder.split(separator: "/").contains("..") {
            throw StepError(
                StepError.expressionKind, "`working-directory` must lie in the workspace, not at `\(folder)`")
        }
    }

    /// Tells whether two attempts were given the same. Secrets are masked first: a hash of one could be guessed.
    func hash(_ mask: SecretMask) -> DefinitionHash {
        var given = ValueMapping(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        switch work {
        case .script(let rendering, _):
            given = [
                "env": .mapping(given), "script": .string(rendering.text), "folder": Value(folder),
                "values": .mapping(
                    ValueMapping(rendering.environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
                "files": .mapping(
                    ValueMapping(rendering.files.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ]
        case .kind(_, let parameters):
            given = ["env": .mapping(given), "with": parameters]
            if let kindTree { given["kind"] = .string(kindTree) }
        }
        return DefinitionHash(of: .mapping(mask.masked(given)))
    }
}
