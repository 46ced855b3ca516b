import DocumentTree
import Foundation
import GitStore
import Glibc
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// Where steps run: exactly the commit's tree, whatever earlier runs left behind.
@Suite struct WorkspaceTests {
    /// A clock may be set to times that no number of nanoseconds holds.
    @Test(arguments: [
        (0, 7, 7), (-1, 999_999_999, -1), (9_223_372_036, 854_775_807, Int.max), (9_223_372_036, 854_775_808, Int.max),
        (Int.max, 0, Int.max), (Int.min, 0, Int.min), (-9_223_372_037, 145_224_192, Int.min),
    ])
    func everyTimeIsANumberOfNanoseconds(seconds: Int, nanoseconds: Int, expected: Int) {
        #expect(timespec(tv_sec: seconds, tv_nsec: nanoseconds).nanoseconds == expected)
    }

    /// A repository with two commits, made by git itself.
    private final class Fixture {
        let folder: TemporaryFolder
        let engine: Engine
        private(set) var commits: [CommitID] = []

        init() throws {
            folder = try TemporaryFolder()
            var configuration = EngineConfiguration(
                folder: "\(folder.path)/repo/.git/wfrepo", repository: "\(folder.path)/repo/.git", host: "test",
                parallelism: 2)
            configuration.linger = .milliseconds(50)
            engine = try Engine(configuration)
            try git("init -q -b main .")
            try shell(
                "mkdir -p src/deep; echo 1 > src/deep/a; echo '#!/bin/sh' > tool; chmod +x tool; ln -s tool link; echo k > keep"
            )
            try commit()
            try shell("rm -r src; echo 2 > keep; echo new > b")
            try commit()
        }

        private func commit() throws {
            try git("add -A")
            try git("-c user.name=Ada -c user.email=ada@example.test commit -qm x")
            let head = try shell("git rev-parse HEAD")
            commits.append(try #require(CommitID(head)))
        }

        private func git(_ arguments: String) throws { try shell("git \(arguments)") }

        @discardableResult
        func shell(_ script: String) throws -> String {
            try FileBytes.makeFolder("\(folder.path)/repo")
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-ec", script]
            process.currentDirectoryURL = URL(fileURLWithPath: "\(folder.path)/repo")
            process.environment = [
                "PATH": "/usr/bin:/bin", "HOME": folder.path, "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": "/dev/null",
            ]
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(script)")
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func submit(_ steps: [Step], commit: Int = 0, workspace: Workspace = .checkout, source: String? = nil) throws
            -> RunID
        {
            var flow = try workflow(steps)
            flow.workspace = workspace
            var wanted = try request(for: flow)
            wanted.definition.commit = commits[commit]
            wanted.definition.isUncommitted = source != nil
            wanted.source = Array((source ?? "").utf8)
            return try engine.submit(wanted)
        }

        func drive(_ run: RunID) throws -> RunRecord {
            try engine.drive(
                run, in: RunEnvironment(variables: ["PATH": "/usr/bin:/bin"], root: "\(folder.path)/repo"))
        }

        func run(_ script: String, commit: Int = 0, workspace: Workspace = .checkout, source: String? = nil) throws
            -> String?
        {
            let record = try drive(
                try submit([step("s", script)], commit: commit, workspace: workspace, source: source))
            #expect(record.status == .succeeded, "\(String(describing: record.error))")
            return record.steps.first?.outputs["stdout"]?.string
        }
    }

    private let listing = "find . -type f -o -type l -o -type d | sort | tr '\\n' ' '; cat keep"
    private let first = ". ./keep ./link ./src ./src/deep ./src/deep/a ./tool k"
    private let second = ". ./b ./keep ./link ./tool 2"

    @Test func stepsSeeExactlyTheTreeOfTheirCommit() throws {
        let fixture = try Fixture()
        #expect(try fixture.run(listing) == first)
        #expect(try fixture.run(listing, commit: 1) == second)
        #expect(
            try fixture.run("./tool && readlink link && pwd")
                == "tool\n\(fixture.folder.path)/repo/.git/wfrepo/work/0/tree")
        #expect(try fixture.run("cd \"$WFREPO_ROOT\"; cat keep") == "2")
    }

    @Test func whatEarlierRunsDidToTheFolderIsUndone() throws {
        let fixture = try Fixture()
        for damage in [
            "echo x >> keep", "rm -r src", "rm keep; mkdir keep; touch keep/x", "echo j > keep", "chmod -x tool",
            "ln -sf keep link", "mkdir -p left/over; touch left/over/file .hidden", "rm -r src; ln -s /tmp src",
            "mkdir locked; touch locked/x; chmod 0 locked", "rm link; cp tool link",
        ] {
            _ = try fixture.run(damage)
            #expect(try fixture.run(listing + "; test -x tool; test -L link") == first, "\(damage)")
        }
        _ = try fixture.run("echo x > b; rm src/deep/a")
        #expect(try fixture.run(listing, commit: 1) == second)
        #expect(try fixture.shell("ls .git/wfrepo/work") == "0")
    }

    @Test func aDamagedManifestCostsOnlyANewCheckout() throws {
        let fixture = try Fixture()
        _ = try fixture.run("true")
        try fixture.shell("echo nonsense > .git/wfrepo/work/0/manifest; echo x > .git/wfrepo/work/0/tree/keep")
        #expect(try fixture.run(listing) == first)
    }

    @Test func runsAtTheSameTimeHaveDifferentFolders() throws {
        let fixture = try Fixture()
        let outer = try fixture.submit([step("s", "pwd; until [ -e \"$WFREPO_ROOT/go\" ]; do sleep 0.01; done; ls")])
        var hasRun = false
        let record = try fixture.engine.drive(
            outer, in: RunEnvironment(variables: ["PATH": "/usr/bin:/bin"], root: "\(fixture.folder.path)/repo")
        ) { progress in
            guard case .output = progress, !hasRun else { return }
            hasRun = true
            // The other run goes from its beginning to its end while this one's step waits.
            do {
                #expect(try fixture.run("touch mine; pwd")?.hasSuffix("work/1/tree") == true)
                try fixture.shell("touch go")
            } catch { Issue.record(error) }
        }
        #expect(record.steps.first?.outputs["stdout"]?.string?.contains("mine") == false)
    }

    @Test func aPausedRunKeepsItsFolder() throws {
        let fixture = try Fixture()
        let run = try fixture.submit([step("make", "echo; sleep 0.3; touch made"), step("use", "ls made")])
        var hasPaused = false
        let paused = try fixture.engine.drive(
            run, in: RunEnvironment(variables: ["PATH": "/usr/bin:/bin"], root: "\(fixture.folder.path)/repo")
        ) { progress in
            guard case .output = progress, !hasPaused else { return }
            hasPaused = true
            do { try fixture.engine.send(.pause, to: run) } catch { Issue.record(error) }
        }
        #expect(paused.status == .paused)
        #expect(try fixture.run("ls") == "keep\nlink\nsrc\ntool")
        try fixture.engine.send(.resume(), to: run)
        #expect(try fixture.drive(run).status == .succeeded)
    }

    @Test func anUncommittedDefinitionStandsInItsPlace() throws {
        let fixture = try Fixture()
        #expect(try fixture.run("cat workflows/test.yaml", source: "steps: []") == "steps: []")
        #expect(try fixture.run(listing) == first)
    }

    @Test func noneIsEmptyAndWorktreeIsTheUsers() throws {
        let fixture = try Fixture()
        #expect(try fixture.run("ls -a; touch x", workspace: .none) == ".\n..")
        #expect(try fixture.run("pwd", workspace: .worktree) == "\(fixture.folder.path)/repo")
        #expect(
            try fixture.shell("ls .git/wfrepo/work/none .git/wfrepo/tmp")
                == ".git/wfrepo/tmp:\n\n.git/wfrepo/work/none:")
    }

    @Test func filesOfTheFolderAreHashed() throws {
        let fixture = try Fixture()
        // As GitHub's runner has it: the SHA-256 of the files' SHA-256s, in the order of their paths.
        let expected = try fixture.shell(
            "for f in keep tool; do git show \(fixture.commits[0]):$f | sha256sum | cut -c1-64 | xxd -r -p; done | sha256sum | cut -c1-64"
        )
        #expect(try fixture.run("echo ${{ hashFiles('keep', 'too*') }}") == expected)
        #expect(try fixture.run("echo ${{ hashFiles('**/a') != '' }} ${{ hashFiles('*.none') == '' }}") == "true true")
    }
}
