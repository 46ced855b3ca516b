internal import DocumentTree
internal import GRDB
internal import GitStore
internal import WorkflowHistory
public import WorkflowLanguage

extension RecordIndex {
    /// The steps that ran, of one workflow or of all.
    public func steps(of workflow: WorkflowName?) throws -> [String] {
        try read { database in
            var clause = Clause()
            clause.add("workflow = (SELECT id FROM workflows WHERE name = ?)", workflow?.description)
            return try String.fetchAll(
                database, sql: "SELECT DISTINCT step FROM step_days \(clause.sql) ORDER BY step",
                arguments: clause.arguments)
        }
    }

    /// The steps that definitions at HEAD name, of one workflow or of all. What can't be read has none.
    public func definedSteps(of workflow: WorkflowName?) throws -> [String] {
        let workflows = WorkflowRepository(repository)
        let files =
            try workflow.map { [try workflows.file(of: $0, in: headTree)].compactMap { $0 } }
            ?? workflows.workflows(in: headTree).files
        return files.flatMap { file in
            let definition = try? Document.parseOne(workflows.definition(file), name: file.path).value()
            return definition?["steps"]?.items?.compactMap { $0["id"]?.string } ?? []
        }
    }

    var headTree: TreeID? {
        get throws { try repository.head.tip.map { try repository.links(of: $0).tree } }
    }
}
