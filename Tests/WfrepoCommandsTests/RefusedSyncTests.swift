import Foundation
import Testing

/// What a `sync` does not accept, or finds refused, and what it says then.
@Suite struct RefusedSyncTests: SyncSuite {
    @Test func aRewrittenSegmentIsRefusedAndWhatIsHereIsKept() throws {
        let sandbox = try shared(withHooks: false)
        try sandbox.succeed("wfrepo clone --quiet server.git b")
        let segment = try segment(sandbox, in: "a")
        let tip = try sandbox.succeed("git rev-parse \(segment)", in: "b")
        let forged = try sandbox.succeed(
            "git -C server.git update-ref \(segment) $(git -C server.git commit-tree -m x $(git -C server.git rev-parse \(segment)^{tree}))"
                + " && git -C server.git rev-parse \(segment)"
        ).trimmingCharacters(in: .newlines)
        for (clone, who) in [("b", "was accepted before"), ("a", "this clone wrote")] {
            let answer = try sandbox.wfrepo("sync", in: clone)
            #expect(answer.status == 1)
            #expect(
                answer.output.contains("refused: \(segment): origin has it rewritten: its commit \(forged)"),
                "\(answer.output)")
            #expect(answer.output.contains(who) && answer.output.contains("hint: "))
            #expect(answer.output.split(separator: "\n").filter { $0.hasPrefix("refused: ") }.count == 1)
        }
        #expect(try sandbox.succeed("git rev-parse \(segment)", in: "b") == tip)
        try sandbox.succeed("wfrepo verify", in: "b")
    }

    @Test func aForgedRecordIsNotAccepted() throws {
        let sandbox = try shared(withHooks: false)
        try sandbox.succeed("wfrepo clone --quiet server.git b")
        let segment = try segment(sandbox, in: "a")
        // A commit on top, pushed as an ordinary fast-forward, that changes a record.
        try sandbox.succeed("wfrepo run job", in: "a")
        try sandbox.succeed(
            """
            target=$(git notes --ref=\(segment) list | awk '{print $2}' | while read c; do
                git notes --ref=\(segment) show $c | grep -q '"schema"' && echo $c; done | head -1)
            git notes --ref=\(segment) show $target | sed 's/succeeded/failed/' > ../note
            git notes --ref=\(segment) add -f -F ../note $target
            git push -q origin \(segment)
            """, in: "a")
        let answer = try sandbox.wfrepo("sync", in: "b")
        #expect(answer.status == 1)
        #expect(answer.output.contains(" was replaced"), "\(answer.output)")
        #expect(try runs(sandbox, in: "b") == 1)
    }

    @Test func whatOthersWroteInTheNameOfACloneIsNotAcceptedByIt() throws {
        let sandbox = try shared(withHooks: false)
        let segment = try segment(sandbox, in: "a")
        // A month in which the clone ran nothing: a run of another one, with all names and hashes right.
        try sandbox.succeed(
            "wfrepo clone --quiet server.git b && wfrepo clone --quiet server.git c && wfrepo -C b run -q job")
        let theirs = try self.segment(sandbox, in: "b")
        let id = try sandbox.succeed("head -1 .git/wfrepo/clone-id", in: "c").trimmingCharacters(in: .newlines)
        let forged = theirs.replacing(theirs.split(separator: "/")[4], with: id)
        try sandbox.succeed(
            """
            commit=$(git cat-file commit \(theirs) | sed 's,^Segment:.*,Segment: \(forged),' | git hash-object -t commit -w --stdin)
            git push -q origin $commit:\(forged)
            """, in: "b")
        let answer = try sandbox.wfrepo("sync", in: "c")
        #expect(answer.status == 1)
        #expect(answer.output.contains("\(forged): origin has 1 run in it that this clone, whose it is, did not write"))
        #expect(try runs(sandbox, in: "c") == 1)
        try sandbox.succeed("git push -q origin :\(forged) && wfrepo sync", in: "c")
        // A run on top of its own.
        try sandbox.succeed(
            """
            cp -r .git/wfrepo ../before && cp -r "$XDG_STATE_HOME/wfrepo/seen" ../seen && wfrepo run -q job
            git push -q origin \(segment) && git update-ref \(segment) \(segment)~1
            cp ../before/tips ../before/recorder.lock ../before/state.sqlite* .git/wfrepo && mv "$XDG_STATE_HOME/wfrepo/seen" ../later
            cp -r ../seen "$XDG_STATE_HOME/wfrepo/seen"
            """, in: "a")
        #expect(try sandbox.wfrepo("sync", in: "a").output.contains("did not write"))
        #expect(try runs(sandbox, in: "a") == 1)
        // That it wrote it once is known outside of the repository: a backup took it back.
        try sandbox.succeed(
            "rm -r \"$XDG_STATE_HOME/wfrepo/seen\" && mv ../later \"$XDG_STATE_HOME/wfrepo/seen\" && wfrepo sync",
            in: "a")
        #expect(try runs(sandbox, in: "a") == 2)
    }

    @Test func aSegmentUnderTheNameOfAnotherCloneIsAcceptedNowhere() throws {
        let sandbox = try shared()
        try sandbox.succeed("wfrepo clone --quiet server.git b")
        let segment = try segment(sandbox, in: "a")
        let copy = segment.replacing(segment.split(separator: "/")[4], with: "0123456789abcdef")
        let pushed = try sandbox.fail("git push -q origin \(segment):\(copy)", in: "a")
        #expect(pushed.errors.contains("it holds what was written as \(segment)"), "\(pushed.errors)")
        try sandbox.succeed("git -C server.git update-ref \(copy) \(segment)")
        let answer = try sandbox.wfrepo("sync", in: "b")
        #expect(answer.status == 1 && answer.output.contains("refused: \(copy): "), "\(answer.output)")
        #expect(try runs(sandbox, in: "b") == 1)
    }

    @Test func divergedAndRewrittenBranchesAreRefused() throws {
        let sandbox = try shared()
        try sandbox.succeed("wfrepo clone --quiet server.git b")
        for clone in ["a", "b"] {
            try sandbox.write("\(clone)/workflows/\(clone).yaml", Sandbox.hello)
            try sandbox.succeed("wfrepo commit -m \(clone)", in: clone)
        }
        try sandbox.succeed("wfrepo sync", in: "a")
        let diverged = try sandbox.wfrepo("sync", in: "b")
        #expect(diverged.status == 1)
        #expect(diverged.output.contains("git pull --rebase origin main"), "\(diverged.output)")
        try sandbox.succeed("git pull -q --rebase origin main && wfrepo sync", in: "b")
        try sandbox.succeed("wfrepo sync && git commit -q --amend -m Rewritten && git push -qf", in: "a")
        let tip = try sandbox.succeed("git rev-parse main origin/main", in: "b")
        let rewritten = try sandbox.wfrepo("sync", in: "b")
        #expect(rewritten.status == 1)
        #expect(rewritten.output.contains("refused: refs/heads/main: origin has it rewritten"), "\(rewritten.output)")
        #expect(try sandbox.succeed("git rev-parse main origin/main", in: "b") == tip)
    }

    /// A `pre-receive` hook judges a push as a whole.
    @Test func aBranchThatTheServerRefusesHoldsNoRecordsUp() throws {
        let sandbox = try shared()
        try sandbox.succeed("wfrepo clone --quiet server.git b")
        for (clone, name) in [("b", "theirs"), ("a", "ours")] {
            try sandbox.write("\(clone)/workflows/\(name).yaml", Sandbox.hello)
            try sandbox.succeed("wfrepo commit -m \(name)", in: clone)
        }
        try sandbox.succeed("wfrepo sync", in: "b")
        // Theirs as the second parent: their versions would leave the first-parent history.
        try sandbox.succeed("git fetch -q && git merge -q --no-edit origin/main && wfrepo run -q ours", in: "a")
        let answer = try sandbox.wfrepo("sync", in: "a")
        #expect(answer.status == 1 && !answer.output.contains("refused: refs/notes"), "\(answer)")
        #expect(answer.output.contains("refused: refs/heads/main: origin refused it"), "\(answer)")
        #expect(answer.output.split(separator: "\n").filter { $0.hasPrefix("sent ") }.count == 2, "\(answer)")
        try sandbox.succeed("wfrepo sync && wfrepo verify", in: "b")
        #expect(try runs(sandbox, in: "b") == 2)
    }

    @Test func aRefusedNoteIsNamedWithTheWayOut() throws {
        let sandbox = try shared()
        let runs = try segment(sandbox, in: "a")
        try sandbox.succeed("wfrepo run -q job", in: "a")
        let target = try sandbox.succeed("git log -1 --format=%P \(runs) | cut -d' ' -f2", in: "a").trimmingCharacters(
            in: .newlines)
        try sandbox.succeed(
            "head -c 68000000 /dev/zero | tr '\\0' x > big && git notes --ref=\(runs) append -F big \(target)", in: "a")
        let refused = try sandbox.wfrepo("sync", in: "a")
        #expect(refused.status == 1)
        let way = "git notes --ref=\(runs) remove \(target) && wfrepo sync"
        #expect(
            refused.output.contains("the note on \(target) has ") && refused.output.contains(way), "\(refused.output)")
        try sandbox.succeed(way, in: "a")
        #expect(try self.runs(sandbox, in: "a") == 2)
        try sandbox.succeed(
            "wfrepo verify && wfrepo clone --quiet ../server.git ../b && cd ../b && test $(wfrepo runs list | wc -l) = 2",
            in: "a")
    }
}
