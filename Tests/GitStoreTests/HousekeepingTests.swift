import Foundation
import GitStore
import Synchronization
import Testing

@Suite struct HousekeepingTests {
    /// `git gc` and `git pack-refs` remove folders that have become empty, also when a file is just to be put there.
    @Test(.timeLimit(.minutes(1))) func writesSucceedWhileGitRemovesFolders() throws {
        let sandbox = try Sandbox()
        let folder = sandbox.folder
        let failures = Mutex<[String]>([])
        let left = Mutex(2)
        let writers = DispatchGroup()
        for writer in 0..<2 {
            DispatchQueue.global().async(group: writers) {
                do {
                    let repository = try Repository.open(folder)
                    for number in 0..<200 {
                        let id = try repository.writeBlob(Array("\(writer) \(number)".utf8)).object
                        let name = "refs/tags/\(writer)/\(number)/a"
                        try repository.updateReference(name, to: id, expecting: .absent, message: "test")
                        try repository.updateReference(name, to: id, expecting: .exactly(id), message: "test")
                        if number % 2 == 0 {
                            try repository.lockReference("refs/tags/b/\(writer)/\(number)").commit(id)
                        }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
                left.withLock { $0 -= 1 }
            }
        }
        while left.withLock({ $0 }) > 0 {
            // git itself gives up where a writer holds a lock for long.
            _ = try? sandbox.git("pack-refs", "--all", "--prune")
            _ = try? sandbox.git("gc", "-q")
        }
        writers.wait()
        #expect(failures.withLock { $0 } == [])
        #expect(try sandbox.git("for-each-ref", "--format=x").split(separator: "\n").count == 600)
        try sandbox.git("fsck", "--strict", "--connectivity-only")
    }
}
