import Testing

/// Templates with faults, and those beside them.
@Suite struct FaultyTemplateTests {
    @Test func oneFaultyTemplateDoesNotHideTheOthers() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("templates/broken/template.yaml", "title: [\n")
        try sandbox.write("templates/orphan/template.yaml", "title: Orphan\nextends: nowhere\n")
        try sandbox.write("templates/fine/template.yaml", "title: Fine\ndescription: Works\ncategory: test\n")
        try sandbox.write("templates/fine/workflow.yaml", "steps:\n  - run: 'true'\n")
        let list = try sandbox.wfrepo("template", "list")
        #expect(list.status == 0)
        #expect(list.output.contains("fine") && list.output.contains("hello"))
        #expect(!list.output.contains("broken"))
        #expect(list.errors.contains("warning: broken can't be used: "))
        #expect(
            list.errors.contains(
                "warning: orphan can't be used: template orphan extends 'nowhere', which is not there\n"))
        try sandbox.succeed("wfrepo new job --template fine")
        #expect(try sandbox.fail("wfrepo new other --template orphan").errors.contains("extends 'nowhere'"))
        #expect(try sandbox.fail("wfrepo template show broken").errors.contains("broken"))
    }
}
