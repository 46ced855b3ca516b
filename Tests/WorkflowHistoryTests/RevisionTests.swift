import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct RevisionTests {
    private static let file = "workflows/deploy.yaml"

    @Test(arguments: [
        // Seconds as `date -u -d … +%s` gives them.
        ("2026-11-01T18:30:00Z", 1_793_557_800), ("2026-11-01 18:30", 1_793_557_800 - 3600),
        ("2026-11-01T18:30:00+05:30", 1_793_538_000), ("2026-11-01", 1_793_577_599 - 3600),
        ("2024-02-29 00:00:00Z", 1_709_164_800), ("1969-12-31T23:59:59Z", -1), ("now", 1_700_000_000),
        ("yesterday", 1_699_913_600), ("3 days ago", 1_699_740_800), ("1 hour ago", 1_699_996_400),
    ])
    func readsDates(_ text: String, _ seconds: Int) {
        #expect(LocalCalendar(now: 1_700_000_000, offsetMinutes: 60).seconds(of: text) == seconds)
    }

    @Test(arguments: [
        "2026-02-30", "2026-13-01", "20261101", "", "2026-11-01X", "2026-11-01 25:00", "many days ago", "3",
        "2026-11-01 10:00:00.x", "2026-11-01 10:00.5", "100000 years ago", "2026-11-01T10:00:00+9900",
    ])
    func refusesWhatIsNoDate(_ text: String) {
        #expect(LocalCalendar(now: 0).seconds(of: text) == nil)
    }

    @Test(arguments: [
        // Milliseconds as `TZ=America/New_York date -d … +%s` gives seconds: its clocks are 4 hours behind UTC until 06:00 UTC on
        // 1 November 2026, then 5.
        ("2026-07-01", 1_782_878_400_000, 1_782_964_799_999), ("2026-11-01", 1_793_505_600_000, 1_793_595_599_999),
        ("2026-07-01 00:30", 1_782_880_200_000, 1_782_880_200_999),
        ("2026-07-01T00:30:00.250Z", 1_782_865_800_250, 1_782_865_800_250),
        ("2026-07-01T00:30:00.5Z", 1_782_865_800_500, 1_782_865_800_500),
        ("today", 1_795_237_200_000, 1_795_323_599_999), ("yesterday", 1_795_150_800_000, 1_795_237_199_999),
        ("1 hour ago", 1_795_264_400_000, 1_795_264_400_999),
    ])
    func readsDaysAndTimesWhereClocksAreChanged(_ text: String, _ first: Int, _ last: Int) {
        // 2026-11-21 08:40 there.
        let calendar = LocalCalendar(now: 1_795_268_000) { $0 < 1_793_512_800 ? -240 : -300 }
        #expect(calendar.moments(of: text) == first...last)
    }

    @Test func writesDatesAsRFC3339() {
        #expect(RFC3339.text(seconds: 1_793_557_800) == "2026-11-01T18:30:00Z")
        #expect(RFC3339.text(seconds: 1_793_557_800, offsetMinutes: -210) == "2026-11-01T15:00:00-03:30")
        #expect(RFC3339.text(seconds: -1) == "1969-12-31T23:59:59Z")
    }

    @Test func readsEveryForm() throws {
        func selector(_ text: String) throws -> RevisionSelector {
            try RevisionSpec.parse(text, calendar: LocalCalendar(now: 0)).selector
        }
        #expect(try selector("deploy") == .tip)
        #expect(try selector("billing/invoice@v7") == .version(7))
        #expect(try selector("deploy@HEAD~3") == .commit("HEAD~3"))
        #expect(try selector("deploy@main@{1}") == .commit("main@{1}"))
        #expect(try selector("deploy@{1970-01-02T00:00Z}") == .time(86_400))
        #expect(try selector("deploy@worktree") == .worktree)
        for wrong in ["", "../x", "a b", "deploy@", "deploy@v0", "deploy@{soon}", "deploy@{2026-11-01", "@v1"] {
            #expect(throws: HistoryError.self) { try selector(wrong) }
        }
    }

    @Test func findsTheStateThatARevisionNames() throws {
        let scratch = try Scratch()
        let one = try scratch.commit([Self.file: Scratch.definition("one")])
        let time = scratch.now
        let two = try scratch.commit([Self.file: Scratch.definition("two")])
        try scratch.git("tag -a v1 -m a-tag HEAD")
        let tip = try scratch.commit(["readme": "1"])
        try scratch.write(Scratch.definition("edited"), Self.file)
        let workflows = try scratch.workflows()
        func found(_ text: String) throws -> String {
            let revision = try workflows.resolve(RevisionSpec.parse(text, calendar: scratch.calendar))
            let names = [one: "one", two: "two", tip: "tip"]
            let word = String(decoding: revision.bytes, as: UTF8.self).split(separator: " ").last ?? ""
            return "\(names[revision.commit] ?? "?") \(revision.label) \(word.dropLast())"
        }
        #expect(try found("deploy") == "tip deploy@v2 two")
        #expect(try found("deploy@v1") == "one deploy@v1 one")
        #expect(try found("deploy@refs/tags/v1") == "two deploy@v2 two")
        #expect(try found("deploy@HEAD~1") == "two deploy@v2 two")
        #expect(try found("deploy@\(one.object.short(8))") == "one deploy@v1 one")
        #expect(try found("deploy@main") == "tip deploy@v2 two")
        let date = RFC3339.text(seconds: time + 1)
        #expect(try found("deploy@{\(date)}") == "one deploy@v1 one")
        #expect(try found("deploy@worktree") == "tip deploy@worktree edited")
        for unknown in ["deploy@v3", "deploy@nowhere", "deploy@{2001-01-01}"] {
            #expect { try found(unknown) } throws: { ($0 as? HistoryError)?.code == .unknownRevision }
        }
        #expect { try found("deplyo") } throws: { ($0 as? HistoryError)?.hint == "did you mean deploy?" }
    }

    @Test func findsAVersionFromBeforeAMove() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one")])
        try scratch.run("git mv \(Self.file) workflows/release.yaml")
        try scratch.git("commit -qm moved")
        let workflows = try scratch.workflows()
        for text in ["release@v1", "release@HEAD~1"] {
            let revision = try workflows.resolve(RevisionSpec.parse(text, calendar: scratch.calendar))
            #expect(revision.path == Self.file)
            #expect(revision.versionNumber == 1)
        }
        #expect {
            try workflows.resolve(RevisionSpec.parse("deploy", calendar: scratch.calendar))
        } throws: {
            ($0 as? HistoryError)?.hint == "use that name: release"
        }
    }

    @Test func saysThatAWorkflowWasDeleted() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "readme": "1"])
        try scratch.commit([Self.file: nil])
        #expect {
            try scratch.workflows().resolve(RevisionSpec.parse("deploy", calendar: scratch.calendar))
        } throws: {
            let error = $0 as? HistoryError
            return error?.reason == "the workflow was deleted in v2" && error?.hint?.contains("deploy@v1") == true
        }
    }

    @Test func refusesALinkAndTwoFilesOfOneName() throws {
        let scratch = try Scratch()
        try scratch.run("mkdir workflows && ln -s /etc/passwd \(Self.file)")
        try scratch.commit(["workflows/a.yaml": Scratch.definition("a"), "workflows/a.yml": Scratch.definition("a")])
        let workflows = try scratch.workflows()
        #expect {
            try workflows.resolve(RevisionSpec.parse("deploy", calendar: scratch.calendar))
        } throws: {
            ($0 as? HistoryError)?.code == .notAFile
        }
        #expect {
            try workflows.resolve(RevisionSpec.parse("a", calendar: scratch.calendar))
        } throws: {
            ($0 as? HistoryError)?.code == .exists
        }
    }
}
