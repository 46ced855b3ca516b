import Foundation
import Testing

@testable import WorkflowEngine

@Suite struct ChildProcessTests {
    private func start(_ arguments: [String], in directory: String = "/", waits: Bool) throws -> ChildProcess {
        try ChildProcess(arguments: arguments, environment: ["A=b"], directory: directory, waits: waits)
    }

    private func end(of process: ChildProcess) throws -> ChildProcess.End? {
        let reactor = try Reactor()
        try reactor.watch(process.ended, as: 0)
        while try reactor.wait(timeout: .seconds(20)).isEmpty {}
        return process.reap()
    }

    @Test(arguments: [true, false]) func aProgramRunsAsItWasAsked(waits: Bool) throws {
        let process = try start(["/bin/sh", "-c", "[ $A = b ] && [ $PWD = /usr ] && exit 3"], in: "/usr", waits: waits)
        #expect(try end(of: process) == .exited(3))
        #expect(process.startError == nil)
    }

    @Test func whoWaitsIsToldAtOnceWhatCannotBeRun() throws {
        #expect(throws: EngineError.self) { try start(["/no/such/program"], waits: true) }
        #expect(throws: EngineError.self) { try start(["/bin/true"], in: "/no/such/folder", waits: true) }
    }

    @Test(arguments: ["/no/such/program", "/etc/passwd"])
    func whoDoesNotWaitIsToldInTheEnd(program: String) throws {
        let process: ChildProcess
        do {
            process = try start([program], waits: false)
        } catch {
            // A system that can only wait tells it here.
            return #expect("\(error)".contains(program))
        }
        #expect(try end(of: process) == .exited(127))
        #expect(process.startError?.description.contains(program) == true)
    }

    /// The process may not have become its program yet, nor made its group.
    @Test func aSignalReachesAProcessThatHasJustStarted() throws {
        for _ in 0..<200 {
            let process = try start(["/bin/sleep", "60"], waits: false)
            process.signalGroup(SIGKILL)
            #expect(try end(of: process) == .signalled(Int(SIGKILL)))
        }
    }

    /// What a start works with must stay until it is over, whoever lets go of the process.
    @Test func aStartOutlivesWhoeverMadeIt() throws {
        let folder = NSTemporaryDirectory() + "wfrepo-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let started = try (0..<100).map { try start(["/usr/bin/touch", "\(folder)/\($0)"], waits: false).pid }
        for pid in started { waitpid(pid, nil, 0) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 100)
    }
}
