import Foundation
import GitStore
import Testing

@Suite struct CheckoutTests {
    @Test func writesWhatGitArchives() throws {
        let sandbox = try Sandbox()
        try sandbox.write("run.sh", "#!/bin/sh\n")
        try sandbox.run("chmod", ["+x", "run.sh"])
        try sandbox.run("ln", ["-s", "run.sh", "link"])
        try sandbox.commit(["a/b/c": "1", "top": "2"])
        let target = sandbox.folder + "/.git/runs/one"
        let repository = try sandbox.repository()
        try repository.checkout(sandbox.tree(), at: target)
        try sandbox.run("sh", ["-c", "mkdir .git/byGit && git archive HEAD | tar -x -C .git/byGit"])
        #expect(try sandbox.run("diff", ["-r", "--no-dereference", ".git/byGit", ".git/runs/one"]) == "")
        #expect(
            try sandbox.run("sh", ["-c", "test -x .git/runs/one/run.sh && readlink .git/runs/one/link"]) == "run.sh\n")
    }

    @Test func bringsAFolderUpToDate() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["keep": "1", "gone/deep/file": "2", "becomes/folder": "3", "file": "4"])
        let first = try sandbox.tree()
        try sandbox.git("rm", "-rq", "gone", "becomes", "file")
        try sandbox.commit(["becomes": "a file", "file/below": "5"])
        let second = try sandbox.tree()
        let target = sandbox.folder + "/.git/run"
        let repository = try sandbox.repository()
        try repository.checkout(first, at: target)
        let before = try FileManager.default.attributesOfItem(atPath: target + "/keep")[.systemFileNumber] as? Int
        try repository.checkout(second, at: target, previous: first)
        let after = try FileManager.default.attributesOfItem(atPath: target + "/keep")[.systemFileNumber] as? Int
        #expect(before == after)
        #expect(
            try sandbox.run("find", [".git/run", "-type", "f"]).split(separator: "\n").sorted() == [
                ".git/run/becomes", ".git/run/file/below", ".git/run/keep",
            ])
        #expect(!sandbox.exists(".git/run/gone"))
    }

    @Test func neverWritesThroughALink() throws {
        let sandbox = try Sandbox()
        try sandbox.commit(["dir/file": "inside"])
        let target = sandbox.folder + "/.git/run"
        try FileManager.default.createDirectory(atPath: sandbox.folder + "/outside", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: target + "/dir", withDestinationPath: sandbox.folder + "/outside")
        try sandbox.repository().checkout(sandbox.tree(), at: target)
        #expect(!sandbox.exists("outside/file"))
        #expect(try sandbox.read(".git/run/dir/file") == "inside")
    }

    @Test(arguments: [".git", "..", ".GIT"]) func refusesHostileNames(name: String) throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let blob = try repository.writeBlob(Array("x".utf8))
        // git mktree refuses such names, too: the bytes are made by hand.
        let inner = try repository.write(.tree, Array("100644 config\u{0}".utf8) + blob.object.bytes)
        let tree = try repository.write(.tree, Array("40000 \(name)\u{0}".utf8) + inner.bytes)
        let target = sandbox.folder + "/.git/run"
        let error = #expect(throws: GitError.self) { try repository.checkout(TreeID(tree), at: target) }
        #expect(error?.code == .invalidName)
        #expect(!sandbox.exists(".git/run"))
    }
}
