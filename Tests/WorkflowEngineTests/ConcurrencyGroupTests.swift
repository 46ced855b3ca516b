import DocumentTree
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

@Suite struct ConcurrencyGroupTests {
    /// What a killed runner left behind does not go on beside the run that gets its place.
    @Test func nothingOfAKilledRunGoesOnBesideTheNextOne() throws {
        let yaml = """
            workspace: worktree
            concurrency: one
            steps:
              - run: |
                  if [ ! -e pid ]; then echo $$ > pid.new; mv pid.new pid; exec sleep 1000; fi
                  case "$(sed -n 's/^State:.//p' "/proc/$(cat pid)/status" 2>/dev/null)" in
                  '' | Z*) echo alone ;;
                  *) echo both ;;
                  esac
            """
        let folder = try TemporaryFolder()
        let driver = try DriverProcess(folder, yaml: yaml)
        try driver.waitForFile("pid")
        driver.kill()
        let engine = try driver.engine()
        let parsed = Workflow.parse(Array(yaml.utf8), name: try #require(WorkflowName("test")))
        let next = try engine.submit(try request(for: try #require(parsed.workflow)))
        let record = try engine.driveForTest(next, root: folder.path)
        #expect(record.steps[0].outputs["stdout"] == "alone")
    }
}
