import Testing
import WorkflowEngine
import WorkflowHistory

@testable import WorkflowRecords

@Suite struct SegmentTests {
    @Test func aSegmentIsAReferenceOfOneCloneAndMonth() throws {
        let reference = "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11"
        let segment = try #require(RecordSegment(reference: reference))
        #expect(segment.kind == .runs)
        #expect(segment.clone.description == "a1b2c3d4e5f60718")
        #expect(segment.month.description == "2026-11")
        #expect(segment.reference == reference)
    }

    @Test(arguments: [
        "refs/notes/commits", "refs/notes/wfrepo/runs/a1b2c3d4e5f60718",
        "refs/notes/wfrepo/other/a1b2c3d4e5f60718/2026-11",
        "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-13", "refs/notes/wfrepo/runs/a1b2c3d4e5f60718/2026-11/x",
        "refs/notes/wfrepo/runs/A1B2C3D4E5F60718/2026-11", "refs/notes/wfrepo/runs//2026-11",
        "refs/heads/wfrepo/runs/a/2026-11",
    ])
    func otherReferencesAreNone(reference: String) {
        #expect(RecordSegment(reference: reference) == nil)
    }

    @Test func theMonthIsThatOfUTC() throws {
        #expect(Month(of: try .at("2026-10-31T23:59:59.999Z"))?.description == "2026-10")
        #expect(Month(of: try .at("2026-11-01T00:00:00.000Z"))?.description == "2026-11")
        #expect(Month(of: Timestamp(milliseconds: .max)) == nil)
    }
}
