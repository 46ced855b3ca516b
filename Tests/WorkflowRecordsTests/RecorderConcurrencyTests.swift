import Foundation
import GitStore
import Synchronization
import Testing
import WorkflowEngine

@testable import WorkflowRecords

@Suite struct RecorderConcurrencyTests {
    /// Eight recorders, each with runs of its own in a common store, beside git at work on the same references.
    @Test func eightRecordersAtOnceLoseNothing() throws {
        let repository = try TestRepository()
        let all = try repository.runs(0..<160)
        let waiting = WaitingRuns()
        let recorded = Mutex<[RunID]>([])
        let failures = Mutex<[String]>([])
        let isOver = Mutex(false)
        let threads = (0..<8).map { index in
            Thread.started {
                do {
                    let recorder = try repository.recorder()
                    for record in all[(index * 20)..<(index * 20 + 20)] {
                        waiting.add(record)
                        let outcome = try recorder.record(waiting, endedHere: index < 4 ? record.run : nil)
                        recorded.withLock { $0 += outcome.recorded }
                        guard try !waiting.unrecorded(limit: 1_000).contains(where: { $0.run == record.run }) else {
                            throw RecordsError(.busy, "record", "\(record.run)", "it still waits")
                        }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        let git = Thread.started {
            while !isOver.withLock({ $0 }) {
                _ = try? repository.run(["pack-refs", "--all"])
                _ = try? repository.run(["gc", "-q"])
            }
        }
        for thread in threads { thread.wait() }
        isOver.withLock { $0 = true }
        git.wait()

        #expect(failures.withLock { $0 } == [])
        #expect(recorded.withLock { $0 }.sorted() == all.map(\.run).sorted())
        #expect(try repository.noted().count == 161)
        #expect(Set(try RecordReader(repository.open()).latest(1_000).map(\.summary.run)) == Set(all.map(\.run)))
        try repository.expectSound()
    }

    /// Else of many who wait for each other each would record the one run that was ended since, and wait for the others to do so.
    @Test func whoFindsItsRunRecordedLeavesTheOthersToWhoEndsThem() throws {
        let repository = try TestRepository()
        let (ours, theirs) = (try repository.run(1), try repository.run(2))
        let waiting = WaitingRuns([ours])
        _ = try repository.recorder().record(waiting)
        waiting.add(theirs)
        #expect(try repository.recorder().record(waiting, endedHere: ours.run).recorded.isEmpty)
        #expect(waiting.count == 1)
        // Whoever has one to record takes all that wait.
        let last = try repository.run(3)
        waiting.add(last)
        #expect(try repository.recorder().record(waiting, endedHere: last.run).recorded == [theirs.run, last.run])
    }

    /// `git notes append` compares nothing and may overwrite what we wrote: the next recording brings it back.
    @Test func notesAppendedMeanwhileTakeNoRecordAway() throws {
        let repository = try TestRepository()
        let all = try repository.runs(0..<40)
        let isOver = Mutex(false)
        let git = Thread.started {
            while !isOver.withLock({ $0 }) {
                _ = try? repository.run([
                    "notes", "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11", "append", "-m", "looks fine", "HEAD^",
                ])
            }
        }
        let recorder = try repository.recorder()
        for record in all.dropLast() { _ = try recorder.record(WaitingRuns([record])) }
        isOver.withLock { $0 = true }
        git.wait()
        _ = try recorder.record(WaitingRuns([all[39]]))
        let reader = RecordReader(try repository.open())
        for record in all { #expect(try reader.record(of: record.run) == record) }
        #expect(
            try repository.git("notes", "--ref=wfrepo/runs/a1b2c3d4e5f60718/2026-11", "show", "HEAD^").contains(
                "looks fine"))
        try repository.expectSound()
    }

    @Test func aRecorderThatGetsNoTurnSaysSo() throws {
        let repository = try TestRepository()
        let waiting = WaitingRuns(try repository.runs(0..<1))
        var blocking = try repository.recorder()
        let patience = Duration.milliseconds(20)
        let other = Recorder(
            try repository.open(), clone: clone, committer: wfrepo, patience: patience)
        var error: RecordsError?
        blocking.fault = { step in
            guard step == .locked else { return }
            do { _ = try other.record(waiting) } catch let found as RecordsError { error = found }
        }
        #expect(try blocking.record(waiting).recorded.count == 1)
        #expect(error?.code == .busy)
        #expect(error?.hint?.contains("nothing is lost") == true)
    }
}

extension Thread {
    /// A thread that has been started, and can be waited for.
    static func started(_ body: @escaping @Sendable () -> Void) -> StartedThread {
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            body()
            done.signal()
        }
        return StartedThread(done: done)
    }
}

/// A running thread.
struct StartedThread {
    fileprivate let done: DispatchSemaphore

    func wait() { done.wait() }
}
