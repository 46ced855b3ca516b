public import DocumentTree

extension Workflow {
    /// What the parser makes of a file.
    public struct ParseResult: Sendable {
        /// The workflow; nil where the file has an error.
        public var workflow: Workflow?
        /// Everything that is wrong and everything its author should know, in the order of the file.
        public var problems: [Problem]

        /// The problems that make the file unusable.
        public var errors: [Problem] { problems.filter { $0.severity == .error } }
        /// The problems that don't.
        public var warnings: [Problem] { problems.filter { $0.severity == .warning } }
    }

    /// What a definition may cost: 4 MiB, 64 levels, 500,000 nodes.
    public static let limits = ParseLimits(maximumBytes: 4 << 20, maximumDepth: 64, maximumNodes: 500_000)

    /// Parses a workflow's file, or that of an own kind of step, and checks all of it.
    ///
    /// - Parameters:
    ///   - bytes: The file, YAML or JSON.
    ///   - name: The workflow's name.
    ///   - file: What the file is called in problems; its place in the tree where nil.
    ///   - kinds: The kinds of step that there are.
    ///   - scope: What it may use, by the settings of its repository.
    /// - Returns: The workflow, and all problems at once. A fault of YAML's own syntax ends the search: behind it
    ///   nothing can be told.
    public static func parse(
        _ bytes: [UInt8], name: WorkflowName, file: String? = nil, kinds: KindCatalog = .standard,
        scope: Scope = .unrestricted
    ) -> ParseResult {
        let file = file ?? name.path
        var problems = ProblemList(file: file)
        let root: Node
        do {
            guard
                let node = try Document.parseOne(bytes, name: file, limits: limits)
                    .expanded(maximumNodes: limits.maximumNodes)
            else {
                problems.report(
                    .document, at: .start, "the file is empty", hint: "`wfrepo new` makes a workflow to start from")
                return ParseResult(workflow: nil, problems: problems.all)
            }
            root = node
        } catch {
            return ParseResult(workflow: nil, problems: [Problem(error, file: file)])
        }
        let kinds = scope.catalog(kinds)
        var check = ShapeCheck(problems: problems, kinds: kinds)
        let shapes = WorkflowShapes(kinds: kinds)
        check.check(
            root, against: .mapping(name.isKind ? shapes.ownKind : shapes.workflow),
            subject: .named(name.isKind ? "the file of a kind" : "a workflow's file"))
        var reader = WorkflowReader(root: root, name: name, scope: scope, bytes: bytes, problems: check.problems)
        let workflow = reader.read()
        return ParseResult(workflow: reader.problems.hasErrors ? nil : workflow, problems: reader.problems.sorted)
    }
}
