import Glibc
import Testing

@testable import GitStore

/// Loose objects that are written together, as plain git sees them.
struct LooseObjectTests {
    @Test func gitReadsWhatABatchWrote() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let ids = try repository.withObjectBatch(packAbove: 8) {
            let blob = try repository.writeBlob(Array("run: true\n".utf8))
            let empty = try repository.writeBlob([])
            let tree = try repository.writeTree([
                TreeEntry(name: "a.yaml", mode: .blob, id: blob.object),
                TreeEntry(name: "e", mode: .blob, id: empty.object),
            ])
            return (blob, tree)
        }
        // `printf 'run: true\n' | git hash-object --stdin`
        #expect(try sandbox.git("cat-file", "-p", ids.0.description) == "run: true")
        #expect(try sandbox.git("ls-tree", "--name-only", ids.1.description) == "a.yaml\ne")
        #expect(try sandbox.git("fsck", "--strict", "--no-dangling") == "")
        #expect(try sandbox.git("count-objects", "-v").contains("garbage: 0"))
    }

    /// Each byte of a block stands for itself; python3 -c 'import zlib; print(zlib.compress(b"abc", 0).hex())'.
    @Test func bytesAreStoredAsZlibDoes() {
        #expect(
            Zlib.stored(Array("abc".utf8)) == [
                0x78, 0x01, 0x01, 0x03, 0x00, 0xFC, 0xFF, 0x61, 0x62, 0x63, 0x02, 0x4D, 0x01, 0x27,
            ])
    }

    /// Half of a tree of more than 64 KiB are hashes: it is stored in several blocks.
    @Test func gitReadsALargeTree() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let tree = try repository.withObjectBatch(packAbove: 8) {
            let blob = try repository.writeBlob([])
            return try repository.writeTree(
                (0..<5_000).map { TreeEntry(name: "workflow-\($0).yaml", mode: .blob, id: blob.object) })
        }
        #expect(try sandbox.git("ls-tree", "--name-only", tree.description).split(separator: "\n").count == 5_000)
        #expect(try sandbox.git("fsck", "--strict", "--no-dangling") == "")
    }

    @Test(
        "Whatever their size, git reads them",
        arguments: [0, 1, 511, 512, 513, 3_989, 3_990, 3_991, 4095, 4096, 4097, 32_767, 32_768, 70_000, 300_000])
    func sizes(count: Int) throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        var state: UInt8 = 7
        let bytes = (0..<count).map { offset -> UInt8 in
            state = state &* 5 &+ UInt8(truncatingIfNeeded: offset >> 3)
            return state
        }
        let blob = try repository.withObjectBatch(packAbove: 8) { try repository.writeBlob(bytes) }
        try sandbox.git("cat-file", "-e", blob.description)
        #expect(try sandbox.git("cat-file", "-s", blob.description) == String(count))
        #expect(try sandbox.repository().blob(blob) == bytes)
    }

    @Test func aLargeTreeIsReadAgainAtOnceAndByGit() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let tree = try repository.withObjectBatch(packAbove: 8) {
            let blob = try repository.writeBlob([])
            return try repository.writeTree(
                (0..<3000).map { TreeEntry(name: "w\($0).yaml", mode: .blob, id: blob.object) })
        }
        #expect(try repository.tree(tree).entries.count == 3000)
        #expect(try sandbox.git("ls-tree", "--name-only", tree.description).split(separator: "\n").count == 3000)
        #expect(try sandbox.git("fsck", "--strict", "--no-dangling") == "")
    }

    @Test func anObjectThatIsThereStaysAndIsFresh() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blob = try repository.writeBlob(Array("again".utf8)).description
        let file = "\(repository.commonDirectory)objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
        var old = [timeval(tv_sec: 1_000_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000_000, tv_usec: 0)]
        try #require(utimes(file, &old) == 0)
        try repository.withObjectBatch(packAbove: 8) { _ = try repository.writeBlob(Array("again".utf8)) }
        var status = stat()
        try #require(stat(file, &status) == 0)
        #expect(status.st_mtim.tv_sec > 1_000_000_000)
    }

    @Test func writeBatchLetsOthersRead() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        try repository.withObjectBatch(packAbove: 8) {
            let first = try repository.writeBlob(Array("first".utf8))
            #expect(throws: (any Error).self) { try sandbox.git("cat-file", "-e", first.description) }
            try repository.writeBatch()
            try sandbox.git("cat-file", "-e", first.description)
            let second = try repository.writeBlob(Array("second".utf8))
            #expect(try repository.blob(second) == Array("second".utf8))
        }
        #expect(try sandbox.git("count-objects", "-v").contains("count: 2"))
    }

    @Test func aFullFolderIsAnErrorAndLeavesNothing() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        // A file stands where the object's folder belongs: `printf x | git hash-object --stdin` begins with c1.
        let obstacle = repository.commonDirectory + "objects/c1"
        try DurableFile.write([], to: obstacle)
        let error = #expect(throws: GitError.self) {
            try repository.withObjectBatch(packAbove: 8) { _ = try repository.writeBlob(Array("x".utf8)) }
        }
        #expect(error?.operation == "write object")
        unlink(obstacle)
        #expect(try sandbox.git("count-objects", "-v").contains("garbage: 0"))
    }
}
