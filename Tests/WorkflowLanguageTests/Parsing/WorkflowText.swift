import Testing
import WorkflowLanguage

/// A workflow's text, parsed as `workflows/test.yaml`.
func parse(_ text: String) throws -> Workflow.ParseResult {
    let name = try #require(WorkflowName("test"))
    return Workflow.parse(Array(text.utf8), name: name, file: "test.yaml")
}

/// The workflow of a text that must be without a fault.
func workflow(_ text: String) throws -> Workflow {
    let result = try parse(text)
    #expect(result.errors.isEmpty)
    return try #require(result.workflow)
}
