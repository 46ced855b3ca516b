import Foundation
import Testing

@testable import GitStore

@Suite struct PackWriterTests {
    private func stream(_ texts: [String]) throws -> PackStream {
        try PackStream(
            texts.map { text in
                let bytes = Array(text.utf8)
                return (try Repository.hash(.blob, bytes), GitObject(kind: .blob, bytes: bytes))
            })
    }

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wfrepo-pack-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func names(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// The index is the one that git makes of the same pack.
    @Test func gitMakesTheSameIndex() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try PackWriter(folder: folder.path + "/").write(try stream((0..<300).map { "text \($0)" }))
        let files = try names(folder)
        #expect(files.count == 2 && files.allSatisfy { $0.hasPrefix("pack-") })
        let written = try Data(contentsOf: folder.appending(path: files[0]))
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/git")
        git.arguments = ["index-pack", "--no-rev-index", "-o", folder.path + "/by-git", folder.path + "/" + files[1]]
        git.environment = ["HOME": folder.path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"]
        git.standardOutput = FileHandle.nullDevice
        try git.run()
        git.waitUntilExit()
        #expect(git.terminationStatus == 0)
        #expect(try Data(contentsOf: folder.appending(path: "by-git")) == written)
    }

    /// `git gc` removes an index without a pack: objects that were acknowledged would be gone.
    @Test func theIndexHasItsNameAfterThePack() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let pack = try stream(["text"])
        try PackWriter(folder: folder.path + "/").write(pack)
        let files = try names(folder)
        for name in files { try FileManager.default.removeItem(at: folder.appending(path: name)) }
        // A folder of that name, which no file can replace.
        for (taken, left) in [(files[1], [files[1]]), (files[0], [files[0], files[1]])] {
            let obstacle = folder.appending(path: taken)
            try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: true)
            #expect(throws: GitError.self) { try PackWriter(folder: folder.path + "/").write(pack) }
            #expect(try names(folder) == left)
            for name in left { try FileManager.default.removeItem(at: folder.appending(path: name)) }
        }
    }

    @Test func aPackThatSomebodyKeepsStaysKept() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let pack = try stream(["text"])
        try PackWriter(folder: folder.path + "/").write(pack)
        let name = try #require(try names(folder).first { $0.hasSuffix(".idx") }).replacing(".idx", with: ".keep")
        try Data("mine\n".utf8).write(to: folder.appending(path: name))
        try PackWriter(folder: folder.path + "/").write(pack)
        #expect(try String(contentsOf: folder.appending(path: name), encoding: .utf8) == "mine\n")
    }
}
