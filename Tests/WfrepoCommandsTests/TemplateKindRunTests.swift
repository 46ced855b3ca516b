import Foundation
import Testing

/// The templates that use kinds of step, each made into a workflow and run.
@Suite struct TemplateKindRunTests {
    private func repository(_ template: String, _ parameters: String...) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.succeed("wfrepo init .")
        let settings = parameters.map { "--set '\($0)'" }.joined(separator: " ")
        try sandbox.succeed("wfrepo new job --template \(template) \(settings) && wfrepo check")
        return sandbox
    }

    @Test func intakeTakesFilesInAndPutsWrongOnesAside() throws {
        let sandbox = try repository("intake")
        try sandbox.succeed("wfrepo run job")
        #expect(
            try sandbox.read("outbox/first.jsonl") == """
                {"id":"1","item":"pen","price":"2.50"}
                {"id":"2","item":"book, used","price":"7.00"}

                """)
        let sum = try sandbox.succeed("git show HEAD:inbox/first.csv | sha256sum | cut -c1-64").prefix(64)
        try sandbox.succeed("test \"$(zcat outbox/kept/first.\(sum).csv.gz)\" = \"$(git show HEAD:inbox/first.csv)\"")
        try sandbox.succeed("test ! -e inbox/first.csv; wfrepo run job")
        try sandbox.write("inbox/bad.csv", "a,b\n1\n")
        try sandbox.fail("wfrepo run job")
        #expect(try sandbox.read("outbox/wrong/bad.csv.why") == "rows.csv:2: has 1 field where the first row has 2\n")
    }

    @Test func folderSyncKeepsInStepAndStopsWhereTooMuchIsGone() throws {
        let sandbox = try repository("folder-sync")
        try sandbox.succeed(
            "mkdir -p shared/a; for i in 1 2 3 4; do echo $i > \"shared/a/f $i\"; done; wfrepo run job; diff -r shared copy"
        )
        try sandbox.succeed("rm 'shared/a/f 1'; echo new > 'shared/a/f 2'; ln -s 'f 2' shared/a/link; wfrepo run job")
        try sandbox.succeed("diff -r --no-dereference shared copy; test ! -e copy.old && test ! -e copy.new")
        try sandbox.succeed("rm -r shared/a; mkdir shared/a")
        try sandbox.fail("wfrepo run job")
        #expect(try sandbox.succeed("ls copy/a | wc -l") == "4\n")
        try sandbox.succeed("wfrepo run job --input most-gone=100; diff -r shared copy")
    }

    @Test func gitMirrorKeepsWhatWasRewritten() throws {
        let sandbox = try repository("git-mirror", "source=there")
        try sandbox.succeed("git init -q there && git -C there commit -q --allow-empty -m one && wfrepo run job")
        let first = try sandbox.succeed("git -C there rev-parse HEAD")
        #expect(
            try sandbox.succeed(
                "git -C mirrors/repository.git rev-parse HEAD 2>/dev/null || git -C mirrors/repository.git for-each-ref --format='%(objectname)'"
            ) == first)
        try sandbox.succeed("git -C there commit -q --amend --allow-empty -m other && wfrepo run job")
        try sandbox.succeed("git -C mirrors/repository.git for-each-ref refs/rewritten | grep -q \(first.prefix(40))")
        // One that is cut short after the fetch has moved nothing.
        let second = try sandbox.succeed("git -C there rev-parse HEAD").prefix(40)
        try sandbox.succeed(
            """
            git -C there commit -q --amend --allow-empty -m third
            git -C mirrors/repository.git fetch -q --prune ../../there '+refs/heads/*:refs/incoming/heads/*'
            wfrepo run job && git -C mirrors/repository.git for-each-ref refs/rewritten | grep -q \(second)
            test $(git -C there rev-parse HEAD) = $(git -C mirrors/repository.git for-each-ref --format='%(objectname)' refs/heads)
            """)
    }

    @Test func watchDiskTellsOnce() throws {
        let sandbox = try repository("watch-disk", "percent=0")
        try sandbox.succeed("wfrepo run job && wfrepo run job")
        #expect(try sandbox.read("alerts.txt").split(separator: "\n").count == 1)
        try sandbox.succeed("wfrepo run job --input percent=101")
        #expect(try sandbox.read("alerts.txt").contains(" has room again: "))
        // What got through to nobody is said again; and a linked work tree knows what was told.
        try sandbox.succeed(
            "rm alerts.txt && mkdir alerts.txt && ! wfrepo run job && rmdir alerts.txt && wfrepo run job")
        #expect(try sandbox.read("alerts.txt").contains(" is too full: "))
        try sandbox.succeed(
            "git worktree add -q -b other ../tree && cd ../tree && wfrepo run job && test ! -e alerts.txt")
    }
}
