import Testing

@testable import WorkflowEngine
@testable import WorkflowRecords

@Suite struct StateStoreTests {
    @Test func aFinishedRunOfTheJournalIsRecordedOnce() throws {
        let repository = try TestRepository()
        let store = try StateStore(path: repository.path + "/.git/wfrepo/state.sqlite")
        let record = try repository.run(1)
        var running = try repository.run(2, status: .running)
        running.ended = nil
        for record in [record, running] { try store.insert(record, source: [], stepHashes: []) }
        #expect(try repository.recorder().record(store).recorded == [record.run])
        #expect(try store.unrecorded(limit: 10).isEmpty)
        #expect(try repository.recorder().record(store).recorded.isEmpty)
        let recorded = try #require(try RecordReader(repository.open()).record(of: record.run))
        #expect(try recorded == store.record(record.run))
    }
}
