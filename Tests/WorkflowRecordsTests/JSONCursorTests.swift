import DocumentTree
import Foundation
import GitStore
import Testing
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

@testable import WorkflowRecords

@Suite struct JSONCursorTests {
    @Test func itReadsWhatAFullParserReads() throws {
        let text =
            #"{"a": "x\n\u00e9\uD83D\uDE00\"", "n": -12, "skip": {"b": [1, "]}", {}], "c": null}, "t": true, "z": null}"#
        var cursor = JSONCursor(Array(text.utf8))
        var found: [String] = []
        try cursor.forEachKey { cursor, key in
            switch key {
            case "a": found.append(try cursor.string() ?? "nil")
            case "n": found.append("\(try cursor.integer() ?? 0)")
            case "t": found.append("\(try cursor.bool())")
            case "z": found.append("\(try cursor.isNull())")
            default: try cursor.skip()
            }
        }
        #expect(found == ["x\né😀\"", "-12", "true", "true"])
    }

    @Test(arguments: [
        "", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"", "{\"a\":\"\\", "{\"a\":\"\\u12", "[]", "{\"a\":[[[[",
        "{\"a\":]}",
        "{\"a\" 1}", "{\"a\":1,}", "{\"a\":99999999999999999999}", "}",
    ])
    func brokenTextIsAFaultAndNoCrash(text: String) {
        #expect(IndexedRun(note: Array(text.utf8)) == nil)
        var cursor = JSONCursor(Array(text.utf8))
        #expect(throws: JSONCursor.Fault.self) { try cursor.forEachKey { cursor, _ in _ = try cursor.integer() } }
    }
}
