import Foundation
import Testing

/// Statistics, search and the audit's commands, as a person and a script use them.
@Suite struct StatisticsTranscriptTests {
    /// Two versions of `job`: of the first two runs succeeded, of the second one failed.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        // The versions' dates are fixed; so that 30 days hold them, today's is used.
        for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] { sandbox.environment[name] = nil }
        try sandbox.succeed("wfrepo run job -q && wfrepo run job -q")
        try sandbox.save(["job": "steps:\n  - id: greet\n    run: echo no space left; exit 28\n"], "Break it")
        try sandbox.succeed("! wfrepo run job -q")
        return sandbox
    }

    @Test func hugeNumbersAndNamesThatNeverWereAreAnswered() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo run -q job && wfrepo rm job")
        try sandbox.succeed("wfrepo stats job && wfrepo stats errors job && wfrepo stats changes job")
        for command in ["", "errors", "changes"] {
            let refused = try sandbox.fail("wfrepo stats \(command) jbo")
            #expect(refused.errors.hasPrefix("wfrepo: there is no workflow 'jbo', and never was"))
        }
        try sandbox.succeed("wfrepo runs list --limit 9223372036854775807 | grep -q job")
        #expect(try sandbox.wfrepo("stats", "--since", "100000000 years ago").status == 64)
    }

    @Test func runsAreCountedByVersionAndDay() throws {
        let sandbox = try sandbox()
        let overview = try sandbox.object("stats", "--json")
        #expect(overview["runs"] as? Int == 3)
        #expect(overview["succeeded"] as? Int == 2)
        #expect(overview["success_rate"] as? Double == 0.666667)
        #expect((overview["days"] as? [[String: Any]])?.count == 30)
        let job = try sandbox.object("stats", "job", "--json")
        let versions = try #require(job["versions"] as? [[String: Any]])
        #expect(versions.map { $0["version"] as? String } == ["v2", "v1"])
        #expect(versions.map { $0["failed"] as? Int } == [1, 0])
        #expect(try sandbox.wfrepo("stats", "--until", "2020-01-01", "--json").output.contains("\"runs\": 0"))
        let csv = try sandbox.wfrepo("stats", "--format", "csv").output
        #expect(csv.hasPrefix("workflow,runs,succeeded,failed,cancelled,success_rate,mean_ms\r\njob,3,2,1,0,0.666667,"))
        #expect(try sandbox.wfrepo("stats").output.contains("success rate      66.7 %"))
    }

    @Test func errorsChangesAndAgesAreCounted() throws {
        let sandbox = try sandbox()
        let errors = try sandbox.object("stats", "errors", "job", "--step", "greet", "--json")
        #expect((errors["classes"] as? [[String: Any]])?.first?["class"] as? String == "exit")
        #expect((errors["steps"] as? [[String: Any]])?.first?["failure_rate"] as? Double == 0.333333)
        try sandbox.succeed("wfrepo rollback job --to v1 --reason 'it broke' --yes >/dev/null")
        let changes = try sandbox.object("stats", "changes", "--since", "2026-11-01", "--json")
        #expect(changes["versions"] as? Int == 3)
        #expect(changes["undone"] as? Int == 1)
        #expect(try sandbox.object("stats", "retention", "--json")["runs"] as? Int == 3)
    }

    @Test func aStepThatNeverWasIsNamed() throws {
        let sandbox = try sandbox()
        let slip = try sandbox.fail("wfrepo stats errors job --step great")
        #expect(
            slip.errors == """
                wfrepo: there is no step 'great' of job, and no run had one
                hint: Did you mean 'greet'? See what failed: wfrepo stats errors job

                """)
        #expect(try sandbox.fail("wfrepo stats errors --step nosuch --json").output.isEmpty)
        // One that did not fail in these days, and one that did not run yet.
        try sandbox.succeed("wfrepo stats errors job --step greet --until 2020-01-01")
        try sandbox.save(["other": "steps: [{id: first, run: echo}]\n"], "Add another")
        try sandbox.succeed("wfrepo stats errors other --step first && wfrepo stats errors --step first")
        #expect(try sandbox.fail("wfrepo stats errors job --step first").errors.contains("no step 'first' of job"))
    }

    /// SQLite meets damage only where it reads.
    @Test(arguments: [
        "stats", "stats job", "stats errors", "runs list", "runs list --json", "audit list", "search Break",
    ])
    func aDamagedIndexIsMadeAnewWithAWordOfIt(command: String) throws {
        let sandbox = try sandbox()
        let expected = try sandbox.succeed("wfrepo audit fold >/dev/null && wfrepo \(command)")
        try sandbox.succeed(
            "test ! -s .git/wfrepo/index.sqlite-wal && dd if=/dev/urandom of=.git/wfrepo/index.sqlite bs=4096 seek=2 count=60 conv=notrunc 2>/dev/null"
        )
        let answer = try sandbox.shell("\(Sandbox.program) \(command)")
        #expect(answer.status == 0 && answer.output == expected, "\(answer)")
        #expect(answer.errors.hasPrefix("note: the index was damaged ("), "\(answer)")
        #expect(try sandbox.shell("\(Sandbox.program) \(command)").errors.isEmpty)
    }

    @Test func longListsOfJSONAreWrittenAsShortOnes() throws {
        let sandbox = try sandbox()
        // In git, in the journal, and in the queue.
        try sandbox.succeed("wfrepo audit fold >/dev/null && wfrepo note job -m 'It waits'")
        for (list, key) in [("runs", "run"), ("audit", "id")] {
            let all = try sandbox.objects(list, "list", "--json")
            let ids = all.compactMap { $0[key] as? String }
            #expect(ids.count > 2 && ids == ids.sorted().reversed())
            #expect(try sandbox.succeed("wfrepo \(list) list | cut -d' ' -f1") == ids.map { $0 + "\n" }.joined())
            // As jq lays it out.
            try sandbox.succeed("wfrepo \(list) list --json > list.json && jq . list.json | cmp - list.json")
            #expect(try sandbox.succeed("wfrepo \(list) list --json -n 0") == "[]\n")
            #expect(
                try sandbox.objects(list, "list", "-n", "2", "--json").compactMap { $0[key] as? String }
                    == Array(ids.prefix(2)))
        }
    }

    @Test func aPictureGoesIntoAPipeAndThroughALink() throws {
        let sandbox = try sandbox()
        try sandbox.succeed(
            """
            mkfifo pipe && ln -s runs.svg link && echo old > runs.svg
            cat pipe > ../copy & wfrepo stats --svg pipe >/dev/null && wait && test -p pipe && grep -q '<svg' ../copy
            wfrepo stats --svg link >/dev/null && test -L link && cmp ../copy runs.svg
            """)
        let refused = try sandbox.fail("wfrepo audit export --force pipe")
        #expect(refused.errors.contains("/pipe is no regular file\nhint: An export is a file and its manifest"))
    }

    @Test func aPictureIsXMLThatStandsAlone() throws {
        let sandbox = try sandbox()
        try sandbox.succeed("wfrepo stats job --svg runs.svg >/dev/null")
        let picture = try sandbox.read("runs.svg")
        #expect(picture.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(picture.contains(": 2 succeeded</title>") && picture.contains(": 1 failed</title>"))
        #expect(!picture.contains("href"))
        try sandbox.succeed("python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse(\"runs.svg\")'")
    }

    private static let refused: [(line: String, status: Int32)] = [
        ("stats --days 0", 64), ("stats --since 2999-01-01", 64), ("stats --since soon", 64),
        ("stats --since 2026-02-01 --until 2026-01-01", 64),
        ("audit list --event run.finish", 64), ("search nowhere", 1), ("audit users nobody", 1),
        ("audit show 01ZZZZ", 2), ("note job -m ' '", 64), ("note nothing -m x", 2), ("stats 'bad name!'", 2),
    ]

    @Test(arguments: refused)
    func whatCantBeAnsweredIsSaid(line: String, status: Int32) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        let answer = try sandbox.fail("wfrepo \(line)")
        #expect(answer.status == status, "\(answer)")
        #expect(!answer.errors.isEmpty)
    }

    @Test(arguments: ["search nowhere --json", "audit users nobody --json"])
    func nothingFoundIsAnAnswerForScriptsToo(line: String) throws {
        let answer = try Sandbox.withWorkflows(["job": Sandbox.hello]).fail("wfrepo \(line)")
        #expect(answer.status == 1 && answer.output == "[]\n", "\(answer)")
    }

    @Test func anExportIsOfTheFormThatItsNameSays() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed(
            "wfrepo audit export all.csv && wfrepo audit verify-export all.csv && wfrepo audit export all")
        #expect(try sandbox.read("all.csv").hasPrefix("id,time,event,"))
        #expect(try sandbox.read("all").hasPrefix("{\"id\":"))
    }

    @Test func aShallowCloneKnowsItsWorkflows() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("git commit -q --allow-empty -m Later && git clone -q --depth 1 \"file://$PWD\" ../shallow")
        #expect(try sandbox.object("-C", "../shallow", "stats", "--json")["workflows"] as? Int == 1)
        #expect(try sandbox.object("-C", "../shallow", "stats", "job", "--json")["runs"] as? Int == 0)
        try sandbox.succeed("wfrepo run -q job", in: "../shallow")
        let versions = try sandbox.object("-C", "../shallow", "stats", "job", "--json")["versions"] as? [[String: Any]]
        #expect(versions?.map { $0["version"] as? String } == ["unknown"])
        #expect(try sandbox.fail("wfrepo -C ../shallow stats other").errors.contains("there is no workflow 'other'"))
    }

    @Test func messagesErrorsAndNotesAreFound() throws {
        let sandbox = try sandbox()
        try sandbox.succeed("wfrepo note job@v1 -m 'approved by the board'")
        #expect(try sandbox.objects("search", "board", "--json").map { $0["kind"] as? String } == ["event"])
        #expect(try sandbox.objects("search", "break", "--json").map { $0["kind"] as? String } == ["version"])
        #expect(try sandbox.objects("search", "28", "--json").map { $0["kind"] as? String } == ["run"])
    }

    @Test func eventsAreChosenAndShownAlsoWhileTheyWait() throws {
        let sandbox = try sandbox()
        func kinds(_ words: String...) throws -> [String] {
            let answer = try sandbox.wfrepo(words: ["audit", "list", "--json"] + words)
            let events = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]]
            return try #require(events).compactMap { $0["event"] as? String }
        }
        for _ in 0..<2 {
            #expect(try kinds("--event", "run.finished").count == 3)
            #expect(try kinds("--event", "workflow.", "--workflow", "job") == ["workflow.changed", "workflow.created"])
            #expect(try kinds("--user", "ADA@example", "--limit", "2").count == 2)
            #expect(try kinds("--until", "2020-01-01").isEmpty)
            let run = try #require(try sandbox.objects("runs", "list", "--json").first?["run"] as? String)
            #expect(
                try kinds("--run", run).sorted() == ["run.finished", "run.queued", "run.started", "step.failed"])
            #expect(try kinds("--event", "step.") == ["step.failed"])
            let users = try sandbox.objects("audit", "users", "ada", "--json")
            #expect(users.first { $0["event"] as? String == "run.finished" }?["count"] as? Int == 3)
            try sandbox.succeed("wfrepo audit fold >/dev/null")
        }
    }

    @Test func aRenamingIsOneChange() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("wfrepo mv job task && git rm -q workflows/task.yaml && git commit -qm Gone")
        let changes = try sandbox.succeed(
            "wfrepo stats changes --since 2026-11-01 | sed -n '/^What/,/^$/p' | awk 'NF > 2 { print $1, $2 }'")
        #expect(changes == "kind versions\ncreated 1\ndeleted 1\nrenamed 1\n")
    }

    @Test(arguments: ["jsonl", "csv"])
    func anExportProvesItselfAndEveryChangeOfItShows(format: String) throws {
        let sandbox = try sandbox()
        try sandbox.succeed("wfrepo audit export out --format \(format) >/dev/null && mkdir away && cp out* away")
        // Nothing but the files: no repository, no home.
        #expect(try sandbox.wfrepo("-C", "/", "audit", "verify-export", sandbox.root.path + "/away/out").status == 0)
        for (what, change) in [
            ("a byte", "sed -i '3s/Ada/Eve/' out"), ("a line less", "sed -i 3d out"),
            ("two lines swapped", "sed -i '3{h;d};4G' out"),
            ("a line more", "tail -n 1 away/out >>out"), ("nothing left", ": >out"), ("no end", "ln -sf /dev/zero out"),
            ("another count", "sed -i 's/\"events\": [0-9]*/\"events\": 1/' out.manifest.json"),
        ] where format == "jsonl" || !what.contains("count") {
            try sandbox.succeed("rm out* && cp away/* . && \(change)")
            let answer = try sandbox.wfrepo("audit", "verify-export", "out")
            #expect(answer.status == 1, "\(what): \(answer)")
            #expect(!answer.output.isEmpty)
        }
        #expect(try sandbox.wfrepo("audit", "export", "out").status == 2)
    }

    /// With the signature an auditor needs nothing but the files and the exporter's public key.
    @Test(arguments: ["jsonl", "csv"])
    func aSignedExportIsProvenByItsKeyAlone(format: String) throws {
        let sandbox = try sandbox()
        try sandbox.succeed(
            """
            for name in key other; do ssh-keygen -q -t ed25519 -N '' -f ../$name; done
            git config gpg.format ssh && git config user.signingKey "$PWD/../key"
            wfrepo audit export out --format \(format) >/dev/null && mkdir ../away && cp out* ../away && cd ../away
            echo "ada@example.test $(cat ../key.pub)" >signers && echo "eve@example.test $(cat ../other.pub)" >others
            mkdir sound && cp out* sound
            ssh-keygen -Y verify -n wfrepo-audit-export -f signers -I ada@example.test -s out.manifest.json.sig <out.manifest.json
            """)
        func check(_ options: String...) throws -> Sandbox.Answer {
            try sandbox.wfrepo(words: ["-C", "../away", "audit", "verify-export", "out"] + options)
        }
        let good = try check("--allowed-signers", "signers")
        #expect(good.status == 0 && good.output.contains("signed by ada@example.test"), "\(good)")
        #expect(!good.output.contains("unproven"))
        let unknown = try check()
        #expect(
            unknown.status == 0 && unknown.output.contains("nobody vouches") && unknown.output.contains("unproven: "))
        #expect(try check("--allowed-signers", "others").status == 1)
        // Lines and manifest made anew, so that they fit each other.
        let anew = """
            sed -i s/Ada/Eve/ out && sum=$(sha256sum out | cut -d ' ' -f 1)
            sed -i 's/"sha256": "[0-9a-f]*"/"sha256": "'$sum'"/' out.manifest.json
            """
        for (change, message) in [
            ("sed -i 's/Ada/Eve/' out", "SHA-256"),
            ("sed -i 's/Ada/Eve/' out.manifest.json", "the manifest is not the one that was signed"),
            (anew, "the manifest is not the one that was signed"),
            (
                anew
                    + " && rm out.manifest.json.sig && sed -i 's/\"signed\": true/\"signed\": false/' out.manifest.json",
                "is missing"
            ),
            (
                anew
                    + " && rm out.manifest.json.sig && ssh-keygen -q -Y sign -n wfrepo-audit-export -f ../other out.manifest.json",
                "which signers does not have"
            ),
            // A letter in the midst of the signature's own bytes.
            (
                """
                awk 'NR==4 { letter = substr($0, 60, 1); $0 = substr($0, 1, 59) (letter == "A" ? "B" : "A") substr($0, 61) } 1' \
                    out.manifest.json.sig >changed && mv changed out.manifest.json.sig
                """, "the manifest is not the one that was signed"
            ),
            (
                "ssh-keygen -q -Y sign -n git -f ../key <out.manifest.json >out.manifest.json.sig",
                "the manifest is not the one"
            ),
        ] {
            try sandbox.succeed("cp sound/* . && \(change)", in: "../away")
            let answer = try check("--allowed-signers", "signers")
            #expect(answer.status == 1 && answer.output.contains(message), "\(change): \(answer)")
        }
        // A manifest that says that it is signed is none without the signature, whoever looks.
        try sandbox.succeed("cp sound/* . && rm out.manifest.json.sig", in: "../away")
        #expect(try check().status == 1)
    }

    @Test func anExportOfASpanIsWholeInItself() throws {
        let sandbox = try sandbox()
        try sandbox.succeed("wfrepo audit fold >/dev/null && wfrepo audit export all >/dev/null")
        let events = try sandbox.objects("audit", "list", "--json", "--limit", "1000")
        let middle = try #require(events[events.count / 2]["time"] as? String).prefix(19) + "Z"
        try sandbox.succeed("wfrepo audit export part --since \(middle) >/dev/null && wfrepo audit verify-export part")
        let all = try sandbox.read("all").split(separator: "\n")
        let part = try sandbox.read("part").split(separator: "\n")
        // It ends with the event of the export before it.
        #expect(part.count > 2)
        #expect(all.suffix(part.count - 1).elementsEqual(part.dropLast()))
        try sandbox.succeed("wfrepo audit export none --until 2020-01-01 >/dev/null && wfrepo audit verify-export none")
        #expect(try sandbox.read("none").isEmpty)
    }
}
