import DocumentTree
import Testing
import WorkflowTemplates

@Suite struct TemplateInstanceTests {
    private func template(
        parameters: String = "{title: {type: string, default: A}, count: {type: integer, default: 3}}", workflow: String
    ) throws -> WorkflowTemplate {
        try WorkflowTemplate(
            name: "sample",
            folder: [
                "template.yaml": Array("title: Sample\nparameters: \(parameters)\n".utf8),
                "workflow.yaml": Array(workflow.utf8),
            ])
    }

    private func fill(_ workflow: String, _ values: [String: String] = [:]) throws -> String {
        String(decoding: try template(workflow: workflow).instantiate(values).workflow, as: UTF8.self)
    }

    @Test func replacesAScalarAndKeepsEveryOtherByte() throws {
        #expect(try fill("# top\nname:  <<title>>   # why\nn: <<count>>\n") == "# top\nname:  A   # why\nn: 3\n")
    }

    @Test(arguments: [
        ("plain words", "name: plain words\n"), ("no: mapping", "name: \"no: mapping\"\n"),
        ("true", "name: \"true\"\n"), ("12", "name: \"12\"\n"), ("a # b", "name: \"a # b\"\n"),
        ("\"q\"", "name: \"\\\"q\\\"\"\n"), ("- item", "name: \"- item\"\n"), ("", "name: \"\"\n"),
        ("a, b]", "name: \"a, b]\"\n"),
    ])
    func quotesAValueWhereItNeedsIt(value: String, expected: String) throws {
        #expect(try fill("name: <<title>>\n", ["title": value]) == expected)
    }

    @Test func keepsTheStyleOfQuotedScalars() throws {
        #expect(
            try fill("a: 'x <<title>>'\nb: \"y <<title>>\"\n", ["title": "it's \"so\""])
                == "a: 'x it''s \"so\"'\nb: \"y it's \\\"so\\\"\"\n")
    }

    @Test func leavesShellRedirectionsAlone() throws {
        let workflow = "run: |\n  cat <<EOF\n  <<title>>\n  EOF\n"
        #expect(try fill(workflow) == "run: |\n  cat <<EOF\n  A\n  EOF\n")
    }

    @Test func refusesAnUnknownParameter() throws {
        #expect(
            throws: TemplateError("template sample has no parameter 'tilte'", hint: "its parameters: title, count")
        ) { try fill("name: <<title>>\n", ["tilte": "x"]) }
    }

    @Test func refusesAValueOfTheWrongType() throws {
        #expect(throws: TemplateError("parameter count: 'many' is not an integer")) {
            try fill("n: <<count>>\n", ["count": "many"])
        }
    }

    @Test func refusesAMissingValueAndALineBreak() throws {
        let parameters = "{host: {type: string, required: true, description: The host}}"
        let sample = try template(parameters: parameters, workflow: "name: <<host>>\n")
        #expect(
            throws: TemplateError(
                "template sample needs a value for host (The host)", hint: "give it with --set host=VALUE")
        ) {
            try sample.instantiate([:])
        }
        #expect(throws: TemplateError("parameter host: a value is one line without control characters")) {
            try sample.instantiate(["host": "a\nb: c"])
        }
    }

    @Test func refusesAnUnknownKeyOfTheManifest() throws {
        #expect(throws: TemplateError.self) {
            try template(parameters: "{title: {typ: string}}", workflow: "name: x\n")
        }
    }
}
