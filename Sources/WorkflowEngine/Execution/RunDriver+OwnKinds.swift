internal import DocumentTree
internal import GitStore
internal import WorkflowLanguage

// Kinds of step of the repository's own (`uses: ./kinds/NAME`), as the commit that runs has them.
extension RunDriver {
    /// Begins an attempt that an own kind does: a program in a process of its own, or steps in a run of their own.
    func startOwnKind(
        _ name: WorkflowName, _ parameters: Value, _ preparation: Preparation
    ) throws(StepError) {
        let kind = KindName(name.description)
        try requireAllowed(kind: kind)
        guard let called = callEnvironment.calls[name] else {
            throw StepError("unknown-kind", "the commit that runs has no \(name.path), or one with a fault")
        }
        if let tree = called.kindTree, preparation.phase == .do {
            execution.noteKind(of: preparation.position, tree: tree)
        }
        let given = parameters.mapping ?? ValueMapping()
        guard let program = called.workflow.kind?.program else {
            return try startCall(preparation.position, preparation.phase, of: name, inputs: given)
        }
        let (values, faults) = InputResolver(called.workflow.inputs).resolve(values: given)
        guard faults.isEmpty else {
            throw StepError("parameters", "\(name): " + faults.map(\.description).joined(separator: "; "))
        }
        try requireAllowed(program: "\(name)/\(program)")
        let folder = try checkedOut(name, called, for: preparation.fileName)
        try startKind(ProgramKind(name.description, command: ["\(folder)/\(program)"]), .mapping(values), preparation)
    }

    /// The kind's folder as the commit has it, written out for this attempt alone: what another step did to its own copy makes no
    /// difference.
    private func checkedOut(
        _ name: WorkflowName, _ called: CalledWorkflow, for attempt: String
    ) throws(StepError) -> String {
        let folder = "\(configuration.scratchFolder(run))/\(attempt)/\(name.kindFolderPath)"
        do {
            guard let path = configuration.repository else { throw EngineError(.system, "there is no repository") }
            let repository = try Repository.open(path)
            guard let entry = try repository.entry(at: name.kindFolderPath, in: called.definition.tree) else {
                throw EngineError(.definition, "there is no \(name.kindFolderPath) in the commit that runs")
            }
            // Whatever may have been put there goes.
            try SystemFile.removeAll(folder)
            try FileBytes.makeFolder(folder)
            try repository.checkout(TreeID(entry.id), at: folder)
        } catch {
            throw StepError("spawn", "\(name): its files cannot be written out: \(error)")
        }
        return folder
    }
}

extension RunDriver {
    /// Holds what an attempt hands on against what the step, and its kind, say of it.
    func checkOutputs(of position: Int, _ result: inout AttemptResult) {
        let step = execution.plan.steps[position]
        var declarations = step.outputs
        if case .kind(let name, _) = step.work, let own = name.own {
            declarations += callEnvironment.calls[own]?.workflow.kind?.outputs ?? []
        }
        result.check(against: declarations)
    }
}
