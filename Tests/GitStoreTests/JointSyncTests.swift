import Foundation
import Testing

@testable import GitStore

@Suite struct JointSyncTests {
    @Test func whatCannotBeSyncedIsNamed() throws {
        let sandbox = try Sandbox(nil)
        let files = (0..<9).map { number in
            (descriptor: open("\(sandbox.folder)/\(number)", O_WRONLY | O_CREAT | O_EXCL, 0o600), object: number)
        }
        defer { for file in files { close(file.descriptor) } }
        var failed: [Int32: Int] = [:]
        try JointSync.wait(for: files) { code, object in failed[code] = object }
        #expect(failed == [:])
        try JointSync.wait(for: files + [(-1, 9)]) { code, object in failed[code] = object }
        #expect(failed == [EBADF: 9])
    }

    @Test func nothingIsSyncedAtOnce() throws {
        let none: [(descriptor: Int32, object: Int)] = []
        try JointSync.wait(for: none) { _, _ in Issue.record("nothing can fail") }
    }
}
