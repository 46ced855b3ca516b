import Foundation
import Testing

@testable import WorkflowEngine

@Suite struct ChildProcessTests {
    private func start(_ arguments: [String], in directory: String = "/", pace: ProgramStart.Pace) throws
        -> ChildProcess
    {
        try ChildProcess(arguments: arguments, environment: ["A=b"], directory: directory, pace: pace)
    }

    private func end(of process: ChildProcess) throws -> ChildProcess.End? {
        let reactor = try Reactor()
        try reactor.watch(process.ended, as: 0)
        _ = try reactor.wait(timeout: .seconds(20))
        return process.reap()
    }

    @Test(arguments: [ProgramStart.Pace.awaited, .beside, .standingBy])
    func aProgramRunsAsItWasAsked(pace: ProgramStart.Pace) throws {
        let process = try start(["/bin/sh", "-c", "[ $A = b ] && [ $PWD = /usr ] && exit 3"], in: "/usr", pace: pace)
        process.go()
        #expect(try end(of: process) == .exited(3))
        #expect(process.startError == nil)
    }

    @Test func whoWaitsIsToldAtOnceWhatCannotBeRun() throws {
        #expect(throws: EngineError.self) { try start(["/no/such/program"], pace: .awaited) }
        #expect(throws: EngineError.self) { try start(["/bin/true"], in: "/no/such/folder", pace: .awaited) }
    }

    @Test(arguments: ["/no/such/program", "/etc/passwd"])
    func whoDoesNotWaitIsToldInTheEnd(program: String) throws {
        let process: ChildProcess
        do {
            process = try start([program], pace: .beside)
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
            let process = try start(["/bin/sleep", "60"], pace: .beside)
            process.signalGroup(SIGKILL)
            #expect(try end(of: process) == .signalled(Int(SIGKILL)))
        }
    }

    /// What a start works with must stay until it is over, whoever lets go of the process.
    @Test func aStartOutlivesWhoeverMadeIt() throws {
        let folder = NSTemporaryDirectory() + "wfrepo-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let started = try (0..<100).map { try start(["/usr/bin/touch", "\(folder)/\($0)"], pace: .beside).pid }
        for pid in started { waitpid(pid, nil, 0) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 100)
    }

    /// A folder that is a step's may be made, or made anew, by the step before it.
    @Test func whatStandsByFindsFilesAsTheyAreWhenItGoes() throws {
        let folder = try TemporaryFolder()
        let process = try start(["/bin/cat", "name"], in: "\(folder.path)/later", pace: .standingBy)
        try FileManager.default.createDirectory(atPath: "\(folder.path)/later", withIntermediateDirectories: true)
        try Data("here".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/later/name"))
        process.go()
        #expect(try end(of: process) == .exited(0))
        #expect(ReadBuffer().read(process.standardOutput).bytes == Array("here".utf8))
    }

    @Test func whatStandsByAndIsNotWantedDoesNothing() throws {
        let folder = try TemporaryFolder()
        let process = try start(["/usr/bin/touch", "\(folder.path)/ran"], pace: .standingBy)
        #expect(process.end() == .signalled(Int(SIGKILL)))
        #expect(folder.read("ran") == nil)
    }

    /// Else it would wait for ever, and nobody would know of it.
    @Test func whatStandsByEndsWithWhoeverCouldTellItToGo() throws {
        let folder = try TemporaryFolder()
        final class Box: @unchecked Sendable { var process: ChildProcess? }
        let made = Box()
        let thread = Thread {
            made.process = try? self.start(["/usr/bin/touch", "\(folder.path)/ran"], pace: .standingBy)
            // Until it sleeps: it waits to be told.
            while let pid = made.process?.pid, ProcessTable.stat(of: pid)?.state != UInt8(ascii: "S") { usleep(1000) }
        }
        thread.start()
        while !thread.isFinished { usleep(1000) }
        let process = try #require(made.process)
        #expect(try end(of: process) == .signalled(Int(SIGKILL)))
        #expect(folder.read("ran") == nil)
    }

    @Test func nobodyHasToTellWhatStandsByThatItIsNotWanted() throws {
        let pid = try start(["/bin/true"], pace: .standingBy).pid
        var status: Int32 = 0
        #expect(waitpid(pid, &status, 0) == pid)
        #expect(status >> 8 == 127)
    }
}
