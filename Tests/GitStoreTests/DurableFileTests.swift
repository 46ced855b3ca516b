import Foundation
import GitStore
import Synchronization
import Testing

@Suite struct DurableFileTests {
    @Test func aFileIsReplacedWholeAndLeavesNothingBeside() throws {
        let sandbox = try Sandbox(nil)
        let folder = sandbox.folder + "/a/b"
        try DurableFile.makeFolders(folder)
        try DurableFile.makeFolders(folder)
        #expect(try DurableFile.read(folder + "/file") == nil)
        try DurableFile.write(Array("a longer text".utf8), to: folder + "/file", mode: 0o600)
        try DurableFile.write(Array("text".utf8), to: folder + "/file", mode: 0o600)
        #expect(try sandbox.read("a/b/file") == "text")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        let mode = try FileManager.default.attributesOfItem(atPath: folder + "/file")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func aFileThatCanBeMadeAgainIsReplacedWholeToo() throws {
        let sandbox = try Sandbox(nil)
        let path = sandbox.folder + "/file"
        try DurableFile.writeDerived(Array("a longer text".utf8), to: path)
        try DurableFile.writeDerived(Array("text".utf8), to: path)
        #expect(try sandbox.read("file") == "text")
        #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.folder) == ["file"])
    }

    @Test func whatCannotBeWrittenIsNamed() throws {
        let sandbox = try Sandbox(nil)
        try sandbox.write("file", "text")
        let path = sandbox.folder + "/file/below"
        #expect(throws: GitError.self) { try DurableFile.makeFolders(path) }
        let error = #expect(throws: GitError.self) { try DurableFile.write([1], to: path) }
        #expect(error?.object == path)
        #expect(try DurableFile.read(path) == nil)
    }

    @Test func aFolderIsRemovedWithWhateverIsInIt() throws {
        let sandbox = try Sandbox(nil)
        try sandbox.write("outside/kept", "text")
        try sandbox.write("folder/inner/deep/file", "text")
        let folder = sandbox.folder + "/folder"
        // A name that is no UTF-8, a link to a folder elsewhere, and a folder that nobody may enter.
        let name = Array(folder.utf8).map { CChar(bitPattern: $0) } + [0x2F, CChar(bitPattern: 0xFF), 0]
        close(open(name, O_WRONLY | O_CREAT, 0o600))
        symlink(sandbox.folder + "/outside", folder + "/inner/link")
        chmod(folder + "/inner/deep", 0)
        try SystemFile.removeAll(folder)
        #expect(access(folder, F_OK) != 0)
        #expect(try sandbox.read("outside/kept") == "text")
        try SystemFile.removeAll(folder)
    }

    @Test(arguments: [("/a/b", "/a"), ("/a/b/", "/a"), ("/a", "/"), ("/", "/"), ("a", ".")])
    func theFolderOfAPathIsKnown(path: String, folder: String) {
        #expect(DurableFile.folder(of: path) == folder)
    }
}

@Suite struct FileLockTests {
    @Test func oneHoldsItAtATime() throws {
        let sandbox = try Sandbox(nil)
        let path = sandbox.folder + "/lock"
        var first = try FileLock(path)
        #expect(first != nil)
        #expect(try FileLock(path) == nil)
        #expect(try FileLock(path, patience: .milliseconds(5)) == nil)
        first = nil
        #expect(try FileLock(path) != nil)
        #expect(try FileLock.holding(path) { try FileLock(path) == nil })
    }

    /// Only the first who waits looks at the lock itself; those behind it must not wait for ever either.
    @Test func patienceEndsForThoseBehindTheFirstToo() throws {
        let sandbox = try Sandbox(nil)
        let path = sandbox.folder + "/lock"
        let lock = try FileLock(path)
        #expect(lock != nil)
        let hasEnded = DispatchSemaphore(value: 0)
        for _ in 0..<4 {
            Thread {
                #expect((try? FileLock(path, patience: .milliseconds(20))) == nil)
                hasEnded.signal()
            }.start()
        }
        for _ in 0..<4 { hasEnded.wait() }
        withExtendedLifetime(lock) {}
    }

    @Test func whoWaitsGetsItWhenItIsFree() throws {
        let sandbox = try Sandbox(nil)
        let path = sandbox.folder + "/lock"
        let taken = Mutex(0)
        let hasEnded = DispatchSemaphore(value: 0)
        for _ in 0..<8 {
            Thread {
                if let lock = try? FileLock(path, patience: .seconds(30)) {
                    withExtendedLifetime(lock) { taken.withLock { $0 += 1 } }
                }
                hasEnded.signal()
            }.start()
        }
        for _ in 0..<8 { hasEnded.wait() }
        #expect(taken.withLock { $0 } == 8)
    }

    @Test func theNextHolderReadsWhatTheLastOneWrote() throws {
        let sandbox = try Sandbox(nil)
        let path = sandbox.folder + "/lock"
        try FileLock(waitingFor: path).setContent(Array("a longer text".utf8))
        try FileLock(waitingFor: path).setContent(Array("text".utf8))
        let lock = try FileLock(waitingFor: path)
        #expect(try lock.content() == Array("text".utf8))
        try lock.clear()
        #expect(try lock.content() == [])
    }

    @Test func aLockWhereNoFileCanBeIsAnError() throws {
        #expect(throws: GitError.self) { try FileLock("/nowhere/lock") }
    }
}
