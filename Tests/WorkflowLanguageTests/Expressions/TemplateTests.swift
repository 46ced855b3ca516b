import DocumentTree
import Testing
import WorkflowLanguage

@Suite struct TemplateTests {
    private let context = ConstantContext(["inputs": ["n": 3, "list": [1, 2], "s": "a}}b"]])

    @Test func oneExpressionKeepsItsType() throws {
        #expect(try Template.parse("${{ inputs.list }}").evaluate(in: context) == [1, 2])
        #expect(try Template.parse("${{inputs.n}}").evaluate(in: context) == 3)
        #expect(try Template.parse("n=${{ inputs.n }}").evaluate(in: context) == "n=3")
        #expect(try Template.parse("${{ inputs.n }}${{ inputs.n }}").evaluate(in: context) == "33")
        #expect(try Template.parse("").evaluate(in: context) == "")
    }

    @Test func bracesWithinStringsDoNotClose() throws {
        #expect(try Template.parse("<${{ format('{{{0}}}', '}}''}}') }}>").text(in: context) == "<{}}'}}}>")
        #expect(try Template.parse("${{ inputs.s }}").text(in: context) == "a}}b")
    }

    @Test func bareBracesAreExpressionsOnlyWhereAllowed() throws {
        #expect(try Template.parse("{{ inputs.n }}").text(in: context) == "{{ inputs.n }}")
        #expect(try Template.parse("{{ inputs.n }}", allowsBareBraces: true).evaluate(in: context) == 3)
        #expect(
            try Template.parse("a ${{ inputs.n }} {{ inputs.n }}", allowsBareBraces: true).text(in: context) == "a 3 3")
    }

    @Test(arguments: [
        ("x ${{ inputs.n", 1, 3, "never closed"), ("x ${{ }} y", 1, 7, "empty"),
        ("a\n${{ foo( }}", 2, 5, "unknown function"),
        ("${{ 'a }}", 1, 1, "never closed"),
    ])
    func faultsHaveTheirPlaceInTheText(text: String, line: Int, column: Int, message: String) throws {
        let error = try #require(throws: ExpressionError.self) { try Template.parse(text) }
        #expect(error.position.line == line)
        #expect(error.position.column == column)
        #expect(error.message.contains(message))
    }

    @Test func valuesAreEvaluatedInside() throws {
        let value = TemplateValue.mapping([
            ("a", .sequence([.literal(1), .template(try Template.parse("${{ inputs.n }}"))])), ("b", .literal("x")),
        ])
        #expect(try value.evaluate(in: context) == ["a": [1, 3], "b": "x"])
    }
}
