import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowLanguage

@testable import WorkflowRecords

@Suite struct AuditTests {
    private struct Crash: Error {}
    private let reference = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-11"
    private let notes = "--ref=wfrepo/audit/a1b2c3d4e5f60718/2026-11"

    private func log(_ repository: TestRepository, at time: String = "2026-11-21T05:21:00.000Z") throws -> AuditLog {
        AuditLog(try repository.open(), clone: clone, committer: wfrepo, clock: FixedClock(now: try .at(time)))
    }

    private func event(_ number: Int, _ kind: AuditEventKind = .runQueued, reason: String? = nil) throws -> AuditEvent {
        let time = Timestamp(milliseconds: try Timestamp.at("2026-11-21T05:20:00.000Z").milliseconds + number)
        let id = "01KAJHM2PA" + String(repeating: "0", count: 10) + String(100_000 + number)
        return AuditEvent(
            id: try #require(AuditEventID(id)), time: time, kind: kind, workflow: WorkflowName("deploy"), version: 2,
            actor: Actor(name: "Ada", email: "ada@example.org"), correlationID: "c\(number)",
            source: AuditSource(.commandLine, "wfrepo run deploy"),
            details: reason.map { ["reason": .string($0)] } ?? [:])
    }

    /// SHA-256 by another program.
    private func sha256(_ text: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return String(printed.prefix(64))
    }

    @Test func eventsAreChainedLinesOnTheCommitThatTheyConcern() throws {
        let repository = try TestRepository()
        try log(repository).append(event(1, .workflowChanged, reason: "faster"))
        try log(repository).append([
            AuditLog.Entry(event(2)), AuditLog.Entry(event(3), on: CommitID(repository.git("rev-parse", "HEAD^"))),
        ])
        let lines = try repository.git("notes", notes, "show", "HEAD").split(separator: "\n").map(String.init)
        #expect(
            lines.first == """
                {"id":"01KAJHM2PA0000000000100001","time":"2026-11-21T05:20:00.001Z","event":"workflow.changed",\
                "workflow":"deploy","version":2,"actor":{"name":"Ada","email":"ada@example.org"},"correlation_id":"c1",\
                "source":{"kind":"command-line","name":"wfrepo run deploy"},"details":{"reason":"faster"},\
                "previous":"0000000000000000000000000000000000000000000000000000000000000000"}
                """)
        #expect(lines.count == 2)
        #expect(lines[1].hasSuffix("\"previous\":\"\(try sha256(lines[0]))\"}"))
        let older = try repository.git("notes", notes, "show", "HEAD^")
        #expect(older.hasSuffix("\"previous\":\"\(try sha256(lines[1]))\"}"))
        #expect(
            try repository.git("log", "-1", "--format=%s|%(trailers:separator=%x7C)", reference)
                == "audit 2 events|Audit-Count: 3|Audit-Chain: \(try sha256(older))")
        let reader = AuditReader(try repository.open())
        #expect(try reader.latest(2) == [event(3), event(2)])
        #expect(try reader.latest(9) { $0.kind == .workflowChanged } == [event(1, .workflowChanged, reason: "faster")])
        try repository.expectSound()
    }

    @Test func theChainGoesOnInTheNextMonth() throws {
        let repository = try TestRepository()
        try log(repository, at: "2026-10-31T23:59:59.000Z").append(event(1))
        try log(repository, at: "2026-11-01T00:00:00.000Z").append(event(2))
        let first = try repository.git("notes", "--ref=wfrepo/audit/a1b2c3d4e5f60718/2026-10", "show", "HEAD")
        #expect(try repository.git("notes", notes, "show", "HEAD").contains("\"previous\":\"\(try sha256(first))\""))
        let previous = "refs/notes/wfrepo/audit/a1b2c3d4e5f60718/2026-10"
        #expect(
            try repository.git("log", "-1", "--format=%(trailers:key=Previous-Segment,valueonly)", reference)
                == "\(previous) \(try repository.git("rev-parse", previous))\n")
    }

    @Test func aFullNoteGoesOnElsewhere() throws {
        let repository = try TestRepository()
        let events = try (0..<1_300).map { try event($0) }
        for start in stride(from: 0, to: 1_300, by: 100) {
            try log(repository).append(events[start..<(start + 100)].map { AuditLog.Entry($0) })
        }
        let list = try repository.git("notes", notes, "list").split(separator: "\n")
        let counts = try list.map { line in
            try repository.git("cat-file", "-p", String(line.prefix(40))).split(separator: "\n").count
        }
        #expect(counts.sorted() == [20] + Array(repeating: 64, count: 20))
        try repository.git("reflog", "expire", "--expire=now", "--all")
        try repository.git("gc", "-q", "--prune=now")
        try repository.git("notes", notes, "prune")
        let reader = AuditReader(try repository.open())
        #expect(try reader.latest(2_000) == events.reversed())
        #expect(try reader.faults(in: #require(RecordSegment(reference: reference))).isEmpty)
        try repository.expectSound()
    }

    @Test(arguments: RecorderStep.allCases.filter { $0 != .marked })
    func anEventIsThereOnceWhateverCrashes(step: RecorderStep) throws {
        let repository = try TestRepository()
        try log(repository).append(event(1))
        var crashing = try log(repository)
        crashing.fault = { if $0 == step { throw Crash() } }
        #expect(throws: Crash.self) { try crashing.append(event(2)) }
        #expect(try log(repository).append(event(2)) == nil)
        #expect(try repository.git("notes", notes, "show", "HEAD").split(separator: "\n").count == 2)
        #expect(try AuditReader(repository.open()).faults(in: #require(RecordSegment(reference: reference))).isEmpty)
    }

    @Test func aChangedRemovedOrMovedLineIsFound() throws {
        let repository = try TestRepository()
        try log(repository).append((1...4).map { try AuditLog.Entry(event($0)) })
        let lines = try repository.git("notes", notes, "show", "HEAD").split(separator: "\n").map(String.init)
        let segment = try #require(RecordSegment(reference: reference))
        let tip = try repository.git("rev-parse", reference)
        for (forged, expected) in [
            (
                [lines[0], lines[1].replacing("Ada", with: "Eve"), lines[2], lines[3]],
                "100002 was changed after it was written"
            ),
            ([lines[0], lines[2], lines[3]], "100002 is missing"),
            ([lines[0], lines[1], lines[2]], "100004 is missing"),
            (
                lines.dropLast() + [lines[3].replacing("deploy", with: "destroy")],
                "100004 was changed after it was written"
            ),
        ] {
            try repository.git("notes", notes, "add", "-f", "-F", "-", "HEAD", input: forged.joined(separator: "\n"))
            let faults = try AuditReader(repository.open()).faults(in: segment)
            #expect(faults.contains { $0.message.contains(expected) }, "\(faults)")
            try repository.git("update-ref", reference, tip)
        }
        #expect(try AuditReader(repository.open()).faults(in: segment).isEmpty)
    }

    @Test func aForgedNoteIsPutBackByTheNextAppend() throws {
        let repository = try TestRepository()
        try log(repository).append((1...3).map { try AuditLog.Entry(event($0)) })
        try repository.git("notes", notes, "remove", "HEAD")
        let foreign = try #require(try log(repository).append(event(4)))
        #expect(foreign.kind == .appended)
        #expect(foreign.restored == 1)
        try log(repository).append(
            AuditEvent(
                foreign, id: event(5).id, time: event(5).time, actor: wfrepo, source: AuditSource(.system, "audit")))
        #expect(try AuditReader(repository.open()).latest(9).count == 5)
        #expect(
            try repository.git("notes", notes, "show", "HEAD").split(separator: "\n").last?.contains(
                "\"details\":{\"reference\":\"\(reference)\",\"kind\":\"appended\"") == true)
        #expect(try AuditReader(repository.open()).faults(in: #require(RecordSegment(reference: reference))).isEmpty)
    }

    @Test func anEventBeforeTheFirstCommitHasAPlace() throws {
        let repository = try TestRepository()
        try repository.git("checkout", "-q", "--orphan", "new")
        try log(repository).append(event(1, .trustGiven))
        let noted = try repository.noted(audit: true)
        #expect(noted.count == 1)
        #expect(try repository.git("log", "-1", "--format=%s", #require(noted.first)) == "audit events")
        #expect(try repository.run(["fsck", "--strict", "--no-dangling"]).status == 0)
    }

    @Test func whatIsToldCannotActOnATerminal() throws {
        let repository = try TestRepository()
        try log(repository).append(event(1, reason: "\u{1B}[2J\n{\"id\":\"forged\"}\u{9B}m\u{7F}"))
        let shown = try repository.git("log", "-1", "--notes=wfrepo/audit/*")
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) })
        #expect(try repository.git("notes", notes, "show", "HEAD").split(separator: "\n").count == 1)
        #expect(
            try AuditReader(repository.open()).latest(1).first?.details["reason"]?.string
                == "\u{1B}[2J\n{\"id\":\"forged\"}\u{9B}m\u{7F}")
    }
}
