import Foundation
import Testing

/// Two clones and a server, as whole programs: `sync`, `clone`, and plain git beside them.
@Suite struct SyncTests: SyncSuite {
    @Test func twoClonesSeeEachOthersRunsAndSaves() throws {
        let sandbox = try shared()
        try sandbox.succeed("wfrepo clone server.git b")
        #expect(try runs(sandbox, in: "b") == 1)
        try sandbox.write("b/workflows/other.yaml", Sandbox.hello)
        try sandbox.succeed("wfrepo commit -m Other && wfrepo run other && wfrepo run job && wfrepo sync", in: "b")
        try sandbox.succeed("wfrepo sync", in: "a")
        #expect(try runs(sandbox, in: "a") == 3)
        #expect(try sandbox.succeed("git log -1 --format=%s", in: "a") == "Other\n")
        #expect(try sandbox.read("a/workflows/other.yaml") == Sandbox.hello)
        for clone in ["a", "b"] { try sandbox.succeed("wfrepo verify && git fsck --strict", in: clone) }
        #expect(try sandbox.succeed("wfrepo sync", in: "a") == "Everything is up to date.\n")
        #expect(try sandbox.succeed("git for-each-ref refs/wfrepo", in: "a").isEmpty)
    }

    @Test func aCloneIsSetUpButNotTrusted() throws {
        let sandbox = try shared()
        try sandbox.succeed("wfrepo clone --quiet server.git b && test -x b/.git/hooks/pre-commit")
        #expect(try sandbox.succeed("git status --porcelain", in: "b").isEmpty)
        #expect(try sandbox.succeed("git config remote.origin.push || echo none", in: "b") == "none\n")
        #expect(try sandbox.succeed("wfrepo trust --list", in: ".").contains("/b/") == false)
        let missing = try sandbox.wfrepo("clone", "nowhere.git", "c")
        #expect(missing.status == 2 && missing.errors.contains("git clone ended with status 128"))
        try sandbox.succeed("test ! -e c")
    }

    /// Each state in which plain git must go on working: unpushed runs, a second clone, a copied one, a linked work tree.
    @Test func plainGitGoesOnWorking() throws {
        let sandbox = try shared()
        try sandbox.succeed("wfrepo clone --quiet server.git b")
        let plain = "git fetch && git fetch --prune && git pull && git push"
        for clone in ["a", "b"] {
            try sandbox.succeed("wfrepo run job", in: clone)
            try sandbox.succeed(plain, in: clone)
        }
        // Unpushed in the original, then copied, then written by both.
        try sandbox.succeed("cp -r a copy")
        for clone in ["copy", "a"] {
            try sandbox.succeed("wfrepo run job", in: clone)
            try sandbox.succeed(plain, in: clone)
        }
        #expect(try runs(sandbox, in: "copy") == 3)
        #expect(try segment(sandbox, in: "copy") != segment(sandbox, in: "a"))
        try sandbox.succeed("git worktree add -q ../tree -b topic", in: "a")
        try sandbox.succeed("wfrepo run job && git fetch && git fetch --prune && wfrepo sync", in: "tree")
        for clone in ["copy", "b", "a"] { try sandbox.succeed("wfrepo sync", in: clone) }
        for clone in ["copy", "b"] { try sandbox.succeed("wfrepo sync && \(plain)", in: clone) }
        for clone in ["a", "b", "copy"] {
            #expect(try runs(sandbox, in: clone) == 6, "\(clone)")
            try sandbox.succeed("wfrepo verify", in: clone)
        }
    }

    @Test func withoutTheRemoteWorkGoesOn() throws {
        let sandbox = try shared()
        try sandbox.succeed("mv server.git away.git && wfrepo -C a run job")
        let answer = try sandbox.wfrepo("sync", in: "a")
        #expect(answer.status == 2)
        #expect(answer.errors.hasPrefix("wfrepo: cannot fetch from origin: "), "\(answer.errors)")
        #expect(answer.errors.contains("nothing was changed, and work goes on here"))
        #expect(try runs(sandbox, in: "a") == 2)
        try sandbox.succeed("mv away.git server.git && wfrepo -C a sync")
        let none = try sandbox.wfrepo("sync", "upstream", in: "a")
        #expect(none.status == 2 && none.errors.contains("add it: git remote add upstream URL"), "\(none.errors)")
    }

    @Test func aSignedCheckpointIsMadeOnEachSync() throws {
        let sandbox = try shared()
        try sandbox.succeed(
            """
            ssh-keygen -q -t ed25519 -N '' -f ../key && echo "ada@example.test $(cat ../key.pub)" > ../signers
            git config gpg.format ssh && git config user.signingKey "$PWD/../key"
            git config gpg.ssh.allowedSignersFile "$PWD/../signers"
            wfrepo run job && wfrepo sync && wfrepo sync
            """, in: "a")
        try sandbox.succeed("rm -r \"$XDG_STATE_HOME/wfrepo/seen\"")
        let report = try sandbox.succeed("wfrepo verify", in: "a")
        #expect(report.contains("signed by ada@example.test\n") && report.contains("proven: "), "\(report)")
        try sandbox.succeed(
            "wfrepo clone --quiet server.git b && git -C b config gpg.ssh.allowedSignersFile $PWD/signers")
        #expect(try sandbox.succeed("wfrepo verify", in: "b").contains("signed by ada@example.test"))
    }

    @Test func aPartialCloneGetsWholeRecordsAndTheDefinitionsThatRan() throws {
        let sandbox = try Sandbox()
        try sandbox.succeed(
            "git init -q --bare -b main server.git && git -C server.git config uploadpack.allowFilter true && wfrepo init a"
        )
        try sandbox.write("a/workflows/job.yaml", Sandbox.hello)
        try sandbox.succeed("wfrepo commit -m Start && wfrepo run job", in: "a")
        try sandbox.write("a/workflows/job.yaml", Sandbox.hello + "# more\n")
        try sandbox.succeed(
            "wfrepo commit -m More && wfrepo run job && git remote add origin ../server.git && wfrepo sync", in: "a")
        try sandbox.succeed(
            """
            git clone -q --filter=blob:none "file://$PWD/server.git" b && cd b && wfrepo init --no-commit . >/dev/null
            wfrepo diff job@v1 job@v2 >/dev/null && wfrepo log job >/dev/null && wfrepo show job@v1 >/dev/null
            wfrepo sync && git fetch && wfrepo run job && wfrepo sync && wfrepo verify && wfrepo diff job@v1 job@v2
            test $(wfrepo runs list | wc -l) = 3
            """)
        try sandbox.succeed("wfrepo sync && test $(wfrepo runs list | wc -l) = 3 && wfrepo verify", in: "a")
    }

    @Test func whatAKilledSynchronisationLeftStopsNeitherTheNextOneNorGit() throws {
        let sandbox = try Sandbox()
        try sandbox.succeed(
            "git init -q --bare -b main server.git && wfrepo init a && git -C a remote add origin ../server.git")
        try sandbox.write("a/workflows/job.yaml", Sandbox.hello)
        try sandbox.succeed("wfrepo commit -m Start && wfrepo run -q job && wfrepo sync", in: "a")
        try sandbox.succeed("wfrepo clone --quiet server.git b && cd a && wfrepo run -q job && wfrepo sync")
        let theirs = try segment(sandbox, in: "a")
        let tip = try sandbox.succeed("git rev-parse \(theirs)", in: "a").trimmingCharacters(in: .newlines)
        // As one leaves them that is killed: while it fetches, while it removes what it fetched, and while it accepts a segment.
        try sandbox.succeed(
            """
            mkdir -p .git/refs/wfrepo/incoming/heads && : > .git/refs/wfrepo/incoming/heads/main.lock
            echo 'wfrepo: held while a reference is removed' > .git/packed-refs.lock
            echo \(tip) > .git/\(theirs).lock && echo '\(tip) \(theirs)' > .git/wfrepo/sync.lock
            """, in: "b")
        let answer = try sandbox.succeed(
            "wfrepo sync && git pack-refs --all && find .git -name '*.lock' | grep -v /wfrepo/ | wc -l", in: "b")
        #expect(answer.contains("received  \(theirs)") && answer.hasSuffix("0\n"), "\(answer)")
        // The lock of a git that is at work stays.
        try sandbox.succeed(": > .git/packed-refs.lock && wfrepo sync && rm .git/packed-refs.lock", in: "b")
    }

    /// As a kill leaves it between the audit, which tells of a run, and the run.
    @Test func aSynchronisationThatWasKilledHalfWayIsNoTampering() throws {
        let sandbox = try shared(withHooks: false)
        try sandbox.succeed("wfrepo clone --quiet server.git b && wfrepo -C a run -q job && wfrepo -C a sync")
        let runs = try segment(sandbox, in: "a")
        let audit = runs.replacing("/runs/", with: "/audit/")
        try sandbox.succeed(
            """
            git fetch -q --refmap= origin '+refs/notes/wfrepo/*:refs/wfrepo/incoming/notes/*'
            for segment in \(audit) \(runs); do
                echo $(git rev-parse refs/wfrepo/incoming/notes/${segment#refs/notes/wfrepo/}) $segment $(git rev-parse $segment)
            done > ../declared && echo end >> ../declared
            git update-ref \(audit) $(sed -n '1s/ .*//p' ../declared)
            """, in: "b")
        #expect(try sandbox.fail("wfrepo verify", in: "b").output.contains("its record is gone"))
        try sandbox.succeed("cp ../declared .git/wfrepo/sync.lock", in: "b")
        let report = try sandbox.succeed("wfrepo verify", in: "b")
        #expect(report.contains("note: wfrepo sync: it is under way or was interrupted: 1 segment"), "\(report)")
        #expect(report.contains("2  runs    unproven\n") && report.contains("unproven: nothing is wrong"), "\(report)")
        // Nobody takes away with it what this clone wrote.
        try sandbox.succeed(
            """
            wfrepo -C ../a run -q job && cd ../a && tip=$(git rev-parse \(runs)) && git update-ref \(runs) \(runs)~1
            printf '%s \(runs) %s\\nend\\n' $tip $(git rev-parse \(runs)) > .git/wfrepo/sync.lock && ! wfrepo verify >/dev/null
            git update-ref \(runs) $tip && rm .git/wfrepo/sync.lock && wfrepo verify
            """, in: "b")
        // The next one ends it, also where it reaches nobody.
        try sandbox.succeed("mv ../server.git ../away.git && ! wfrepo sync", in: "b")
        #expect(try self.runs(sandbox, in: "b") == 2)
        #expect(try !sandbox.succeed("wfrepo verify", in: "b").contains("note: wfrepo sync"))
        // What was not wholly written down had not begun.
        try sandbox.succeed("sed '$d' ../declared > .git/wfrepo/sync.lock && git update-ref \(runs) \(runs)~1", in: "b")
        #expect(try sandbox.fail("wfrepo verify", in: "b").output.contains("its record is gone"))
    }

    @Test func allIsSentAtOnceUnlessTheRemoteRefusesSome() throws {
        let sandbox = try shared(withHooks: false)
        let hooks = "server.git/hooks"
        try sandbox.write(
            "\(hooks)/reference-transaction", "#!/bin/sh\n[ $1 = prepared ] && grep -c . >> moved\nexit 0\n")
        try sandbox.succeed("chmod +x \(hooks)/* && wfrepo -C a run -q job && wfrepo -C a sync")
        #expect(try sandbox.read("server.git/moved").split(separator: "\n").contains("2"))
        try sandbox.write("\(hooks)/update", "#!/bin/sh\n[ $1 != refs/heads/main ]\n")
        try sandbox.write("a/workflows/other.yaml", Sandbox.hello)
        try sandbox.succeed("chmod +x \(hooks)/update && wfrepo -C a commit -m Other && wfrepo -C a run -q job")
        let answer = try sandbox.wfrepo("sync", in: "a")
        #expect(
            answer.status == 1 && answer.output.contains("refused: refs/heads/main: origin refused it"), "\(answer)")
        #expect(answer.output.split(separator: "\n").filter { $0.hasPrefix("sent ") }.count == 2, "\(answer)")
    }

    @Test func whatIsDroppedAndErasedHereGoesEverywhereAndDoesNotComeBack() throws {
        let sandbox = try Sandbox()
        try sandbox.succeed(
            "git init -q --bare -b main server.git && wfrepo init a && git -C a remote add origin ../server.git")
        try sandbox.write("a/workflows/job.yaml", Sandbox.hello)
        try sandbox.write("a/wfrepo.yaml", "retention: {runs: 30d}\n")
        try sandbox.succeed("wfrepo commit -m Start && wfrepo run job", in: "a")
        // As if it had run in January.
        let new = try segment(sandbox, in: "a")
        let old = new.dropLast(7) + "2026-01"
        try sandbox.succeed(
            """
            git update-ref \(old) \(new) && git update-ref -d \(new) && rm -r .git/wfrepo/tips "$XDG_STATE_HOME/wfrepo/seen"
            git push -q origin main \(old) && git clone -q ../server.git ../b
            cd ../b && git fetch -q origin \(old):\(old) && wfrepo init --no-commit
            """, in: "a")
        let tip = try sandbox.succeed("git rev-parse \(old)", in: "b").trimmingCharacters(in: .newlines)
        let plan = try sandbox.succeed("wfrepo retention && git rev-parse \(old)", in: "a")
        #expect(plan.contains("would drop  \(old)  1 run") && plan.hasSuffix("\(tip)\n"), "\(plan)")
        try sandbox.succeed("wfrepo retention --apply --purge && ! git cat-file -e \(tip) 2>/dev/null", in: "a")
        let sent = try sandbox.succeed("wfrepo sync && ! git cat-file -e \(tip) 2>/dev/null", in: "a")
        #expect(sent.contains("sent      \(old)"), "\(sent)")
        #expect(try sandbox.succeed("git for-each-ref \(old)", in: "server.git").isEmpty)
        let dropped = try sandbox.succeed("wfrepo sync", in: "b")
        #expect(dropped.contains("dropped   \(old)  as its owner did"), "\(dropped)")
        try sandbox.succeed("wfrepo retention --apply --purge && ! git cat-file -e \(tip) 2>/dev/null", in: "b")
        for clone in ["a", "b"] { try sandbox.succeed("wfrepo sync && wfrepo verify && git fsck --strict", in: clone) }
        // Begun again, as where a clock is set back: without fetching it nobody can say that it is not what was dropped.
        try sandbox.succeed("wfrepo run job && git push -q origin \(new):\(old)", in: "a")
        let told = try sandbox.shell("\(Sandbox.program) sync", in: "b")
        #expect(
            (told.output + told.errors).contains("has \(old), which its owner dropped, at another commit"), "\(told)")
        #expect(try sandbox.succeed("git for-each-ref \(old)", in: "b").isEmpty)
        // Fetched as the note says, it stays.
        try sandbox.succeed(
            "git fetch -q origin \(old):\(old) && wfrepo sync && git rev-parse --verify \(old)", in: "b")
    }
}
