import Foundation
import Testing

/// The index, as a person who deletes or damages it meets it.
@Suite struct IndexTranscriptTests {
    @Test func itMayBeDeletedOrDamagedAtAnyTime() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run job -q && wfrepo stats --json >/dev/null")
        for damage in [
            "rm .git/wfrepo/index.sqlite*", "echo rubbish >.git/wfrepo/index.sqlite", ": >.git/wfrepo/index.sqlite",
        ] {
            try sandbox.succeed(damage)
            #expect(try sandbox.objects("runs", "list", "job", "--json").count == 1, "\(damage)")
            #expect(try sandbox.object("stats", "job", "--json")["runs"] as? Int == 1, "\(damage)")
        }
        try sandbox.succeed("rm .git/wfrepo/index.sqlite* && wfrepo log && test -e .git/wfrepo/index.sqlite")
        #expect(try sandbox.wfrepo("reindex").output == "indexed 1 version, 1 run, 0 audit events\n")
    }

    @Test func ofALongHistoryItIsMadeInTheBackground() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let stream = (0..<1100).map { number in
            """
            commit refs/heads/main
            committer Ada <ada@example.test> \(1_793_530_800 + number) +0000
            data 4
            more
            \(number == 0 ? "from refs/heads/main^0\n" : "")
            """
        }.joined()
        #expect(try sandbox.git("fast-import", "--quiet", input: stream).status == 0)
        let before = try sandbox.objects("log", "job", "--json")
        #expect(before.count == 1)
        // It is there a moment later; whoever comes meanwhile walks.
        try sandbox.succeed(
            """
            for _ in $(seq 300); do test -e .git/wfrepo/index.sqlite && break; sleep 0.1; done
            test -e .git/wfrepo/index.sqlite
            """)
        #expect(try sandbox.objects("log", "job", "--json").count == 1)
    }
}
