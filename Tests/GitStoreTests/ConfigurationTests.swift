import Foundation
import GitStore
import Testing

@Suite struct ConfigurationTests {
    @Test func readsAndWritesWhatGitDoes() throws {
        let sandbox = try Sandbox()
        let configuration = try sandbox.repository().configuration
        #expect(try configuration.string("wfrepo.clone") == nil)
        try configuration.set("wfrepo.clone", to: "a \"b\" # c")
        #expect(try sandbox.git("config", "wfrepo.clone") == "a \"b\" # c")
        try sandbox.git("config", "pack.windowMemory", "2k")
        try sandbox.git("config", "wfrepo.on", "yes")
        #expect(try configuration.integer("pack.windowMemory") == 2048)
        #expect(try configuration.bool("wfrepo.on") == true)
        #expect(try configuration.bool("wfrepo.off") == nil)
        for _ in 0..<2 { try configuration.addIfMissing("notes.displayRef", "refs/notes/wfrepo/runs/*") }
        try configuration.addIfMissing("notes.displayRef", "refs/notes/other")
        #expect(
            try sandbox.git("config", "--get-all", "notes.displayRef") == "refs/notes/wfrepo/runs/*\nrefs/notes/other")
        #expect(try configuration.strings("notes.displayRef").count == 2)
        try configuration.remove("notes.displayRef", value: "refs/notes/wfrepo/runs/*")
        #expect(try sandbox.git("config", "--get-all", "notes.displayRef") == "refs/notes/other")
        try configuration.unset("notes.displayRef")
        try configuration.unset("notes.displayRef")
        #expect(try configuration.strings("notes.displayRef").isEmpty)
        let error = #expect(throws: GitError.self) { try configuration.set("nodot", to: "x") }
        #expect(error?.code == .invalidName)
    }

    @Test func aLockThatWasLeftIsNamedInTheCommandThatRemovesIt() throws {
        let sandbox = try Sandbox()
        let repository = try sandbox.repository()
        let lock = repository.commonDirectory + "config.lock"
        try sandbox.git("config", "-f", lock, "a.b", "c")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -20 * 60)], ofItemAtPath: lock)
        let error = #expect(throws: GitError.self) { try repository.configuration.set("wfrepo.clone", to: "x") }
        #expect(
            error?.description
                == "cannot write setting wfrepo.clone: another process is writing \(repository.commonDirectory)config")
        #expect(
            error?.hint
                == "the lock is 20 minutes old; if no git or wfrepo is running there, the lock is stale: rm \(lock)")
    }

    @Test func findsTheIdentityAsGitDoes() throws {
        let sandbox = try Sandbox()
        let configuration = try sandbox.repository().configuration
        let now = (seconds: 1_700_000_000, offsetMinutes: 60)
        let nobody = #expect(throws: GitError.self) { try configuration.identity(environment: [:], now: now) }
        #expect(nobody?.code == .notFound)
        #expect(nobody?.hint?.hasPrefix("git config --global user.name") == true)
        try sandbox.git("config", "user.name", " Grace <Hopper>. ")
        try sandbox.git("config", "user.email", "grace@example.org")
        let grace = try configuration.identity(environment: [:], now: now)
        #expect(grace.description == "Grace Hopper <grace@example.org> 1700000000 +0100")
        let byGit = try sandbox.git(
            ["var", "GIT_AUTHOR_IDENT"],
            extra: ["GIT_AUTHOR_NAME": " Grace <Hopper>. ", "GIT_AUTHOR_EMAIL": "grace@example.org"])
        #expect(byGit == grace.description)
        try sandbox.git("config", "committer.name", "Robot")
        #expect(try configuration.identity(.committer, environment: [:], now: now).name == "Robot")
        let given = [
            "GIT_AUTHOR_NAME": "Env", "GIT_AUTHOR_EMAIL": "env@example.org", "GIT_AUTHOR_DATE": "yesterday-ish",
        ]
        let date = #expect(throws: GitError.self) { try configuration.identity(environment: given, now: now) }
        #expect(date?.code == .invalid)
    }

    @Test(arguments: [
        "@1700000000 +0100", "1700000000 -0530", "2026-11-21T14:30:00+01:00", "2026-11-21 14:30:00 -0800",
        "2026/11/21 14:30", "Sat, 21 Nov 2026 14:30:00 +0100", "2024-02-29T00:00:00Z",
    ]) func readsDatesAsGitDoes(date: String) throws {
        let sandbox = try Sandbox()
        let byGit = try sandbox.git(["var", "GIT_AUTHOR_IDENT"], extra: ["GIT_AUTHOR_DATE": date])
        let environment = ["GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_AUTHOR_DATE": date]
        let identity = try sandbox.repository().configuration.identity(environment: environment, now: (0, 0))
        #expect(identity.description == byGit)
    }
}
