import Glibc
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Items and their recovery after SIGKILL of the process that drove them.
@Suite struct ItemRecoveryTests {
    @Test func finishedItemsDoNotRunAgain() throws {
        let folder = try TemporaryFolder()
        let driver = try DriverProcess(
            folder,
            yaml: """
                workspace: worktree
                steps:
                  - id: a
                    foreach: [x, y, z]
                    max-parallel: 1
                    run: |
                      echo "${{ item }}" >> order
                      [ "${{ item }}" != y ] || [ "$WFREPO_ATTEMPT" -gt 1 ] || { echo > up; sleep 1000; }
                  - id: b
                    run: echo "${{ join(steps.a.outputs.outcomes, ' ') }}" >> order
                """)
        try driver.waitForFile("up")
        driver.kill()
        #expect(try driver.drive() == "succeeded")
        #expect(folder.read("order") == "x\ny\ny\nz\nsuccess success success\n")
        let record = try driver.engine().store.record(driver.run)
        #expect(record.steps.map(\.id.description) == ["a", "b", "a[0]", "a[1]", "a[2]"])
        #expect(record.steps.map(\.attempts.count) == [1, 1, 1, 2, 1])
    }

    @Test func killedAtAnyPointEveryItemEnds() throws {
        let yaml = """
            workspace: worktree
            on-failure: compensate
            steps:
              - {id: a, foreach: [1, 2, 3, 4], run: "echo ${{ item }} >> a", compensate: {run: "echo ${{ item }} >> u"}}
              - {id: b, matrix: {x: [1, 2], y: [3]}, run: exit 1}
            """
        for microseconds in stride(from: 2000, to: 60_000, by: 9000) {
            let folder = try TemporaryFolder()
            let driver = try DriverProcess(folder, yaml: yaml)
            usleep(UInt32(microseconds))
            driver.kill()
            #expect(try driver.drive() == "compensated", "killed after \(microseconds) µs")
            let record = try driver.engine().store.record(driver.run)
            let items = record.steps.filter { $0.item?.step.description == "a" }
            #expect(items.map(\.status) == [.compensated, .compensated, .compensated, .compensated])
            let done = items.reduce(0) { $0 + $1.attempts.count }
            let finished = items.reduce(0) { $0 + $1.attempts.count { $0.exit != nil } }
            let lines = (folder.read("a") ?? "").split(separator: "\n").count
            #expect((finished...done).contains(lines))
        }
    }
}
