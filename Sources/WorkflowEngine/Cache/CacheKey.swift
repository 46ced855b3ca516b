internal import DocumentTree
internal import WorkflowLanguage

/// What a step's result depends on, as a hash, and the files that belong to the result.
struct CacheKey {
    /// 64 lower-case hexadecimal digits.
    let text: String
    /// The patterns of the files that the step makes.
    let paths: [String]

    /// Evaluates `cache:` of a step whose turn has come.
    ///
    /// - Parameter folder: The workspace.
    /// - Throws: A `StepError` of the class `expression`.
    init(_ cache: StepCache, of inputs: StepInputs, _ execution: Execution, position: Int, folder: String)
        throws(StepError)
    {
        let mask = execution.surroundings.mask
        do {
            let context = try RunContext(execution, position: position).adding(inputs.step.environment)
            let paths = try cache.paths.map { try $0.text(in: context) }
            guard !paths.contains(where: CachedFiles.leavesWorkspace) else {
                throw StepError(StepError.expressionKind, "cache: `paths` must lie in the workspace")
            }
            let made = FilePatterns(paths, coversFolders: true)
            let own = try cache.key?.map { Value.string(mask.masked(try $0.text(in: context))) }
            let files =
                try own == nil
                ? Value.string(FileHashes(folder: folder).hash { !made.match($0) && !Self.isGitsOwn($0) }) : .null
            let origin = execution.plan.origins[position]
            let dependencies: ValueMapping = [
                "version": 1, "workflow": .string(execution.plan.workflow.name.description),
                "step": .string(inputs.step.id.withoutItem.description),
                "definition": .string(inputs.step.hash.description),
                "given": .string(inputs.hash(mask).description),
                "item": ["value": mask.masked(origin?.value ?? .null)],
                "key": own.map(Value.sequence) ?? .null, "files": files,
            ]
            self.paths = paths
            text = DefinitionHash(of: .mapping(dependencies)).description
        } catch let error as StepError {
            throw error
        } catch {
            throw StepError(StepError.expressionKind, "cache: \(error)")
        }
    }

    private static func isGitsOwn(_ path: String) -> Bool { path == ".git" || path.hasPrefix(".git/") }
}
