import Testing
import WorkflowEngine

@testable import WorkflowRecords

@Suite struct RunSummaryTests {
    private static let line = "2026-11-21T05:20:06Z succeeded 01KAJHM2PA0000000000000001 deploy v7 3.20 s commit"

    @Test(arguments: [
        line, "2026-11-21T05:20:06Z failed 01KAJHM2PA0000000000000001 billing/invoice worktree 4 m 12 s manual",
        "2026-11-21T05:20:06Z cancelled 01KAJHM2PA0000000000000001 deploy v? - -",
        // A mark that goes with the space before it, as people see it.
        "2026-11-21T05:20:06Z failed 01KAJHM2PA0000000000000001 deploy v7 3.20 s \u{301}hook",
    ])
    func aLineIsReadBackAsItIs(line: String) throws {
        #expect(try #require(RunSummary(line: line)).line == line)
    }

    @Test(arguments: [
        "", "looks fine to me", "2026-11-21 succeeded 01KAJHM2PA0000000000000001 deploy v7 3.20 s commit",
        "2026-11-21T05:20:06Z fine 01KAJHM2PA0000000000000001 deploy v7 3.20 s commit",
        "2026-11-21T05:20:06Z succeeded 01KAJHM2PA deploy v7 3.20 s commit",
        "2026-11-21T05:20:06Z succeeded 01KAJHM2PA0000000000000001 ../deploy v7 3.20 s commit",
        "2026-11-21T05:20:06Z succeeded 01KAJHM2PA0000000000000001 deploy v0 3.20 s commit",
        "2026-02-30T05:20:06Z succeeded 01KAJHM2PA0000000000000001 deploy v7 3.20 s commit",
    ])
    func otherTextIsNoSummary(line: String) {
        #expect(RunSummary(line: line) == nil)
    }

    @Test func aDigestKeepsTheLatestTwentyRunsAndWhatPeopleWrote() throws {
        var digest = VersionDigest(note: "\(Self.line)\n\nRolled out by hand.\n")
        #expect(digest.note == "\(Self.line)\n\nRolled out by hand.\n")
        let later = try (10..<35).map { second in
            try #require(
                RunSummary(
                    line: "2026-11-21T05:21:\(second)Z failed 01KAJHM2PA00000000000000\(second) deploy v7 1.00 s manual"
                )
            )
        }
        digest.add(later)
        #expect(digest.runs == Array(later.suffix(20)))
        #expect(digest.note.hasSuffix("01KAJHM2PA0000000000000034 deploy v7 1.00 s manual\n\nRolled out by hand.\n"))
        digest.add(later)
        #expect(digest.runs.count == 20)
    }

    /// As an editor on another system may have left them.
    @Test func aRemarkKeepsItsLineBreaks() throws {
        let digest = VersionDigest(note: "\(Self.line)\n\nRolled out\r\nby hand.\r\n")
        #expect(digest.runs.map(\.line) == [Self.line])
        #expect(digest.note == "\(Self.line)\n\nRolled out\r\nby hand.\r\n")
    }

    @Test func digestsOfTwoWritersUnite() throws {
        let other = "2026-11-21T05:20:07Z failed 01KAJHM2PA0000000000000002 deploy v7 3.20 s commit"
        let ours = VersionDigest(note: "\(Self.line)\n\nSeen.\n")
        let theirs = VersionDigest(note: "\(Self.line)\n\(other)\n\nSeen.\nMine.\n")
        #expect(ours.united(with: theirs).note == "\(Self.line)\n\(other)\n\nSeen.\nMine.\n")
    }
}
