import Foundation
import Testing

@Suite struct BackupTests {
    private func repository() throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello, "other": Sandbox.hello])
        try sandbox.succeed("wfrepo run -q job; wfrepo audit fold --quiet; printf tok-91 | wfrepo secret set API_TOKEN")
        return sandbox
    }

    @Test func everythingComesBack() throws {
        let sandbox = try repository()
        let backup = try sandbox.object("backup", "create", "--json")
        let path = try #require(backup["path"] as? String)
        #expect(path.contains("/.local/share/wfrepo/backups/project-"))
        #expect(try sandbox.wfrepo("backup", "verify").output.contains("is whole"))
        #expect(try sandbox.succeed("stat -c %a '\(path)'") == "600\n")
        let references = try sandbox.succeed("git for-each-ref")
        // The repository is lost; the file is enough.
        try sandbox.succeed(
            "cp '\(path)' ../kept.wfbackup && rm -rf .git workflows && cd .. && wfrepo backup restore kept.wfbackup --to again"
        )
        #expect(try sandbox.succeed("git for-each-ref", in: "../again") == references)
        #expect(try sandbox.succeed("git status --porcelain && git fsck --full 2>&1", in: "../again") == "")
        #expect(
            try sandbox.wfrepo(words: ["runs", "list", "--json"], in: "../again").output.contains(
                #""status": "succeeded""#))
        try sandbox.succeed(
            "wfrepo init --json >/dev/null && wfrepo trust && wfrepo secret check && wfrepo run -q job", in: "../again")
    }

    @Test func everyFlippedByteIsFound() throws {
        let sandbox = try repository()
        let path = try #require(try sandbox.object("backup", "create", "--json")["path"] as? String)
        let good = try Data(contentsOf: URL(filePath: path))
        let places = [0, 20, good.count / 3, good.count / 2, good.count - 1]
        for place in places {
            var bad = good
            bad[place] ^= 1
            try bad.write(to: URL(filePath: path))
            #expect(try sandbox.wfrepo("backup", "verify").status == 2, "byte \(place)")
        }
        for bad in [good.prefix(good.count - 10), good + Data([0]), Data(), Data("text".utf8)] {
            try bad.write(to: URL(filePath: path))
            #expect(try sandbox.wfrepo("backup", "verify").status == 2)
        }
        try good.write(to: URL(filePath: path))
        #expect(try sandbox.wfrepo("backup", "verify").status == 0)
    }

    @Test func sealedBackupsNeedTheirPassphrase() throws {
        let sandbox = try repository()
        try sandbox.write("../phrase", "correct\n")
        sandbox.environment["WFREPO_PASSPHRASE_FILE"] = sandbox.root.appending(path: "../phrase").path
        let path = try #require(try sandbox.object("backup", "create", "--encrypt", "--json")["path"] as? String)
        #expect(try sandbox.shell("grep -q 'wfrepo-backup\\|PACK' '\(path)'").status == 1)
        #expect(try sandbox.wfrepo("backup", "verify").status == 0)
        try sandbox.write("../phrase", "wrong\n")
        #expect(try sandbox.wfrepo("backup", "verify").errors.contains("the passphrase is not the right one"))
    }

    @Test func oneWorkflowComesBackAsACommit() throws {
        let sandbox = try repository()
        try sandbox.succeed("wfrepo backup create")
        try sandbox.save(["job": "steps:\n  - run: echo changed\n"], "Change")
        let asked = try sandbox.wfrepo("backup", "restore", "--workflow", "job")
        #expect(asked.status == 2 && asked.errors.contains("hint: give --yes"))
        #expect(try sandbox.read("workflows/job.yaml").contains("changed"))
        #expect(try sandbox.wfrepo("backup", "restore", "--workflow", "job", "--yes").status == 0)
        #expect(try sandbox.read("workflows/job.yaml") == Sandbox.hello)
        #expect(try sandbox.git("log", "-1", "--format=%s").output.hasPrefix("Restore job from backup "))
        // What was there is in a backup of its own.
        #expect(try sandbox.objects("backup", "list", "--json").count == 2)
        #expect(try sandbox.wfrepo("backup", "restore", "--to", "workflows").status == 2)
        #expect(try sandbox.wfrepo("backup", "restore", "--workflow", "nosuch", "--yes").status == 2)
    }

    @Test func pruningKeepsTheLastAndTheNewestOfDaysAndMonths() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.succeed(
            "mkdir shelf; cd shelf; for d in 20260815 20260901 20260920 20261030 20261031; do for t in 080000 200000; do touch ${d}T${t}Z-0000.wfbackup; done; done"
        )
        try sandbox.succeed("wfrepo backup prune --folder shelf --keep-last 1 --keep-daily 2 --keep-monthly 3")
        #expect(
            try sandbox.succeed("ls shelf") == """
                20260815T200000Z-0000.wfbackup
                20260920T200000Z-0000.wfbackup
                20261030T200000Z-0000.wfbackup
                20261031T200000Z-0000.wfbackup

                """)
        #expect(
            try sandbox.wfrepo("backup", "prune", "--keep-last", "0", "--keep-daily", "0", "--keep-monthly", "0").status
                == 64)
    }

    @Test func theSettingsSayWhatIsKept() throws {
        let sandbox = try repository()
        try sandbox.write("wfrepo.yaml", "backups: {keep: {last: 2, daily: 0, monthly: 0}}\n")
        try sandbox.succeed("wfrepo commit -m Keep >/dev/null")
        for _ in 0..<4 { try sandbox.succeed("wfrepo backup create >/dev/null") }
        #expect(try sandbox.objects("backup", "list", "--json").count == 2)
        try sandbox.write("wfrepo.yaml", "backups: {keep: {last: 0}}\n")
        #expect(try sandbox.wfrepo("check").output.contains("wfrepo.yaml:1:24"))
    }

    @Test func everythingComesBackInPlace() throws {
        let sandbox = try repository()
        try sandbox.succeed("wfrepo backup create >/dev/null")
        let good = try sandbox.succeed("git rev-parse HEAD")
        try sandbox.save(["job": "steps:\n  - run: echo changed\n"], "Change")
        try sandbox.succeed("wfrepo run -q job; git branch -f side HEAD; rm .git/wfrepo/secrets/store.json*")
        let runs = try sandbox.objects("runs", "list", "--json").count
        try sandbox.write("workflows/new.yaml", Sandbox.hello)
        let asked = try sandbox.wfrepo("backup", "restore", "--in-place")
        #expect(asked.status == 2 && asked.errors.contains("hint: give --yes"), "\(asked.output)\(asked.errors)")
        #expect(try sandbox.succeed("git rev-parse HEAD") != good)
        try sandbox.succeed("wfrepo backup restore --in-place --yes >/dev/null")
        #expect(try sandbox.succeed("git rev-parse HEAD") == good)
        #expect(try sandbox.read("workflows/job.yaml") == Sandbox.hello)
        // What the backup does not know stays: later runs, other branches, files that git does not know.
        #expect(try sandbox.objects("runs", "list", "--json").count == runs)
        try sandbox.succeed("git rev-parse --verify -q side && test -e workflows/new.yaml && wfrepo secret check")
        #expect(try sandbox.succeed("git for-each-ref refs/wfrepo/restoring") == "")
        // What was there is the newest backup.
        #expect(try sandbox.objects("backup", "list", "--json").count == 2)
        try sandbox.write("workflows/job.yaml", "steps:\n  - run: echo edited\n")
        let refused = try sandbox.wfrepo("backup", "restore", "--in-place", "--yes")
        #expect(refused.status == 2 && refused.errors.contains("changes that are not committed"))
    }

    @Test func aBackupOfAnotherRepositoryIsRefusedInPlace() throws {
        let sandbox = try Sandbox()
        for name in ["one", "two"] {
            // What `init` commits would be one and the same commit.
            sandbox.environment["GIT_AUTHOR_NAME"] = name
            try sandbox.succeed("wfrepo init --json \(name) >/dev/null")
            try sandbox.write("\(name)/workflows/\(name).yaml", Sandbox.hello)
            try sandbox.succeed(
                "wfrepo commit --json -m \(name) >/dev/null && wfrepo backup create --folder ../\(name)-kept", in: name)
        }
        let restore = "wfrepo backup restore ../one-kept/*.wfbackup --in-place --yes"
        let refused = try sandbox.fail(restore, in: "two")
        #expect(refused.errors.contains(" is of another repository, "), "\(refused.errors)")
        #expect(refused.errors.contains("--to DIR; to replace this one by it: --in-place --allow-unrelated-histories"))
        #expect(try sandbox.succeed("git for-each-ref refs/wfrepo && git log -1 --format=%s", in: "two") == "two\n")
        try sandbox.succeed("\(restore) --allow-unrelated-histories", in: "two")
        #expect(try sandbox.succeed("git log -1 --format=%s", in: "two") == "one\n")
        // One that holds nothing yet has nothing to lose.
        try sandbox.succeed("git init -q -b main three && cd three && \(restore)")
        #expect(try sandbox.succeed("git log -1 --format=%s main", in: "three") == "one\n")
        try sandbox.fail("wfrepo backup restore --to new --allow-unrelated-histories", in: "one")
    }

    @Test func whatTakesAwayKeepsABackup() throws {
        let sandbox = try repository()
        #expect(try sandbox.wfrepo("secret", "rm", "API_TOKEN").errors.contains("everything was kept as backup"))
        #expect(try sandbox.wfrepo("retention", "--apply", "--purge").errors.contains("everything was kept as backup"))
        #expect(try sandbox.objects("backup", "list", "--json").count == 2)
    }
}
