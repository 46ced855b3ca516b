import DocumentTree
import Foundation
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

@Suite struct ConcurrencyGroupTests {
    private func submit(_ yaml: String, to engine: Engine) throws -> RunID {
        let parsed = Workflow.parse(Array(yaml.utf8), name: try #require(WorkflowName("test")))
        return try engine.submit(try request(for: try #require(parsed.workflow)))
    }

    /// What a killed runner left behind does not go on beside the run that gets its place.
    @Test func theGroupMayBeNamedByWhatStartedTheRun() throws {
        let text = """
            name: Title
            workspace: worktree
            concurrency: {group: "${{ trigger.data.who }}/${{ trigger.run }}/${{ workflow.title }}/${{ run.attempt }}"}
            steps: [{run: 'true'}]
            """
        let name = try #require(WorkflowName("test"))
        let workflow = try #require(Workflow.parse(Array(text.utf8), name: name).workflow)
        let folder = try TemporaryFolder()
        let engine = try DriverProcess.engine(folder)
        let cause = try #require(RunID("01M80ZMKRHYJC3E7AX8182VR4T"))
        var request = try request(for: workflow)
        request.trigger = RunTrigger(event: "event", source: "orders", run: cause, data: ["who": "ada"])
        request.definition.title = workflow.title
        let run = try engine.submit(request)
        #expect(try engine.drive(run, in: RunEnvironment(variables: [:], root: folder.path)).status == .succeeded)
        let group = engine.configuration.concurrencyFolder("ada/\(cause)/Title/1")
        #expect(access(group, F_OK) == 0)
    }

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
        let next = try submit(yaml, to: engine)
        let record = try engine.driveForTest(next, root: folder.path)
        #expect(record.steps[0].outputs["stdout"] == "alone")
    }

    /// A run that was paused before it began, and is resumed, waits for its place like any other.
    @Test func aResumedRunWaitsForItsPlace() throws {
        let yaml = """
            workspace: worktree
            concurrency: one
            steps:
              - run: |
                  if [ -e begun ]; then [ -e go ] && echo behind || echo beside; exit; fi
                  touch begun
                  until [ -e go ]; do sleep 0.02; done
            """
        let folder = try TemporaryFolder()
        let driver = try DriverProcess(folder, yaml: yaml)
        try driver.waitForFile("begun")
        let engine = try driver.engine()
        let next = try submit(yaml, to: engine)
        try engine.send(.pause, to: next)
        #expect(try engine.driveForTest(next, root: folder.path).status == .paused)
        let groups = "\(folder.path)/state/concurrency"
        let path = folder.path
        let opener = Thread {
            for _ in 0..<10_000 {
                let waiting = FileBytes.names(in: groups).flatMap { FileBytes.names(in: "\(groups)/\($0)") }
                if waiting.contains("waiting.\(next)") { break }
                usleep(1000)
            }
            _ = FileManager.default.createFile(atPath: "\(path)/go", contents: nil)
        }
        opener.start()
        let record = try engine.resumeForTest(next, root: folder.path)
        #expect(record.steps[0].outputs["stdout"] == "behind")
        #expect(try driver.waitForEnd() == "succeeded")
    }
}
