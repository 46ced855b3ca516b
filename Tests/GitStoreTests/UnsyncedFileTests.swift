import Glibc
import Testing

@testable import GitStore

@Suite struct UnsyncedFileTests {
    /// What has a file open.
    private final class Opened {
        let descriptor: Int32

        init(_ path: String) { descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600) }

        deinit { close(descriptor) }

        var unsynced: UnsyncedFile { UnsyncedFile(descriptor, "write file", "\(descriptor)", openIn: self) }
    }

    @Test func whatCannotBeSyncedIsNamed() throws {
        let sandbox = try Sandbox(nil)
        let files = (0..<9).map { Opened("\(sandbox.folder)/\($0)").unsynced }
        try UnsyncedFile.wait(for: files + [UnsyncedFile(folder: sandbox.folder)])
        let closed = UnsyncedFile(-1, "write file", "the tenth", openIn: sandbox)
        let error = #expect(throws: GitError.self) { try UnsyncedFile.wait(for: files + [closed]) }
        #expect(error?.object == "the tenth" && error?.code == .io)
    }

    /// procfs can't sync its folders, and has no need to.
    @Test func aFolderThatCannotBeSyncedIsNoError() throws {
        try UnsyncedFile.wait(for: [UnsyncedFile(folder: "/proc/self/task")])
    }

    @Test func aFolderThatIsMissingIsAnError() throws {
        let sandbox = try Sandbox(nil)
        let error = #expect(throws: GitError.self) { _ = try UnsyncedFile(folder: sandbox.folder + "/none") }
        #expect(error?.object == sandbox.folder + "/none")
    }

    @Test func nothingIsSyncedAtOnce() throws {
        try UnsyncedFile.wait(for: [])
    }
}
