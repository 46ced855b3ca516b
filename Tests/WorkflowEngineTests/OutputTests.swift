import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

@Suite struct OutputFileTests {
    private func parse(_ text: String) throws -> ValueMapping { try OutputFile.parse(Array(text.utf8)) }

    @Test func everyFormIsRead() throws {
        let outputs = try parse(
            "a=1\nb=x=y\n\nc<<END\nline 1\n\nEND not yet\nEND\n{\"d\": {\"e\": [1, true]}}\ne<<X\nX\nf=\n")
        #expect(
            outputs == [
                "a": "1", "b": "x=y", "c": "line 1\n\nEND not yet", "d": ["e": [1, true]], "e": "", "f": "",
            ])
        #expect(try parse("a=1\r\nb=2\r\n") == ["a": "1", "b": "2"])
        #expect(try parse("a=1\na=2") == ["a": "2"])
        #expect(try parse("") == [:])
        #expect(try parse("url=https://x/?a<<b") == ["url": "https://x/?a<<b"])
        // An accent, or a joiner of emoji, makes one character with what is before it.
        #expect(try parse("a=\u{301}\nb<<\u{200D}X\n1\n\u{200D}X") == ["a": "\u{301}", "b": "1"])
    }

    @Test(arguments: [
        ("no sign", "$WFREPO_OUTPUT, line 1: neither key=value nor key<<DELIMITER nor a JSON object"),
        ("a=1\n=2", "$WFREPO_OUTPUT, line 2: a key is empty or has white space in it"),
        ("a b=2", "$WFREPO_OUTPUT, line 1: a key is empty or has white space in it"),
        ("a<<END\nx", "$WFREPO_OUTPUT, line 1: a<<END is never closed"),
        ("a<<\nx", "$WFREPO_OUTPUT, line 1: no delimiter behind a<<"),
    ])
    func faultsNameTheirLine(text: String, message: String) {
        #expect(throws: StepError("outputs", message)) { try parse(text) }
    }

    @Test func textThatIsNotUTF8IsRefused() {
        #expect(throws: StepError("outputs", "$WFREPO_OUTPUT is not UTF-8")) {
            try OutputFile.parse([0x61, 0x3D, 0xFF])
        }
        #expect(throws: StepError.self) { try parse("{\"a\": }") }
    }

    @Test func aStepWhoseOutputsAreWrongFails() throws {
        let ran = try run(workflow([step("s", "echo nonsense > $WFREPO_OUTPUT")]))
        #expect(ran["s"]?.error?.kind == "outputs")
        #expect(ran["s"]?.attempts.first?.exit == 0)
    }
}

@Suite struct MisplacedOutputTests {
    /// A FIFO would be waited for without end.
    @Test(arguments: ["mkfifo", "mkdir", "ln -s /etc/passwd"])
    func whatIsNoFileAnyMoreIsNotRead(command: String) throws {
        let ran = try run(workflow([step("s", "rm -f $WFREPO_OUTPUT; \(command) $WFREPO_OUTPUT")]))
        #expect(
            ran["s"]?.error
                == StepError(
                    "outputs", "$WFREPO_OUTPUT is no file any more: the script put something else in its place"))
    }
}

/// Outputs are kept for ever, and read with every list of runs.
@Suite struct LargeOutputTests {
    /// 12 MiB of JSON in one row: more than a document from outside may have.
    @Test func whatIsJournaledCanBeRead() throws {
        let name = try #require(WorkflowName("test"))
        let yaml = """
            workspace: worktree
            steps:
              - {id: each, foreach: [a, b], run: head -c 1048576 /dev/zero}
              - {id: deep, shell: python3, run: 'import os; open(os.environ["WFREPO_OUTPUT"], "w").write("{\\"a\\":" + "[" * 127 + "]" * 127 + "}")'}
            """
        let ran = try run(#require(Workflow.parse(Array(yaml.utf8), name: name).workflow))
        #expect(ran.record.status == .succeeded)
        let record = try ran.engine.store.record(ran.record.run)
        #expect(record.steps[0].outputs["results"]?.items?.last?["stdout"]?.string?.utf8.count == 1 << 20)
        // Not within the macro: it would print all of it.
        let isSame = record == ran.record
        #expect(isSame)
    }

    @Test func aRunsOutputsHaveABound() throws {
        let name = try #require(WorkflowName("test"))
        let yaml = """
            workspace: worktree
            on-failure: continue
            steps:
              - {id: a, needs: [], run: 'head -c 500000 /dev/zero | tr "\\000" x'}
              - {id: b, needs: [a], run: 'head -c 100000 /dev/zero'}
              - {id: c, needs: [a], run: echo small}
              - {id: each, needs: [c], foreach: [1, 2], run: 'head -c 200000 /dev/zero | tr "\\000" x'}
            """
        let ran = try run(#require(Workflow.parse(Array(yaml.utf8), name: name).workflow)) {
            $0.limits.runOutputs = 1 << 20
        }
        let error = StepError(
            "outputs",
            "with this step the outputs of the run have more than 1 MiB: let it print less, or write to a file")
        #expect(ran["a"]?.status == .succeeded)
        #expect(ran["b"]?.error == error)
        #expect(ran["b"]?.outputs == ["exit": 0])
        #expect(ran["c"]?.outputs["stdout"] == "small")
        // Each of the items has room; what the step makes of them has none.
        #expect(ran["each[1]"]?.status == .succeeded)
        #expect(ran["each"]?.error == error)
        #expect(ran["each"]?.outputs == ["count": 2])
        let isJournaled = try ran.engine.store.record(ran.record.run) == ran.record
        #expect(isJournaled)
    }
}

@Suite struct MaskingTests {
    /// Feeds a text byte by byte, in pairs, and whole.
    private func masked(_ text: String, _ secrets: [String]) -> Set<String> {
        let bytes = Array(text.utf8)
        return Set(
            [1, 2, 3, bytes.count].map { size in
                var stream = MaskedStream(SecretMask(secrets: secrets))
                var shown: [UInt8] = []
                for start in stride(from: 0, to: bytes.count, by: size) {
                    shown += stream.take(Array(bytes[start..<min(bytes.count, start + size)]))
                }
                return String(decoding: shown + stream.finish(), as: UTF8.self)
            })
    }

    @Test func secretsAreFoundAcrossPieces() {
        #expect(masked("a hunter2 b hunter2", ["hunter2"]) == ["a *** b ***"])
        #expect(masked("hunterhunter2hunte", ["hunter2"]) == ["hunter***hunte"])
        #expect(masked("abcabcabd", ["abcabd"]) == ["abc***"])
        #expect(masked("nothing here", ["hunter2"]) == ["nothing here"])
        #expect(masked("anything", ["", "\n"]) == ["anything"])
    }

    @Test func theLongestSecretWins() {
        #expect(masked("password-extended password-", ["password", "password-extended"]) == ["*** ***-"])
    }

    /// The encodings as coreutils' base64 and Python's urllib.parse.quote write them.
    @Test(arguments: [
        "cDQkJHcvcmQ/Pj4=", "eHA0JCR3L3JkPz4+eQ==", "eHhwNCQkdy9yZD8+Pnl5", "p4%24%24w%2Frd%3F%3E%3E",
        "p4%24%24w%2frd%3f%3e%3e",
    ])
    func encodedSecretsAreFound(encoded: String) {
        let shown = masked("<\(encoded)>", ["p4$$w/rd?>>"])
        #expect(shown.count == 1)
        #expect(shown.first?.contains("***") == true)
        #expect(shown.first?.contains("HcvcmQ") == false)
        #expect(shown.first?.contains("w%2") == false)
    }

    /// base64(1) breaks its lines after 76 characters, and `-w 64` as PEM does.
    @Test(arguments: [0, 1, 2, 30, 56, 57, 100], [76, 64])
    func encodedSecretsAreFoundAcrossLines(before: Int, width: Int) {
        let bytes = (0..<150).map { (index: Int) -> UInt8 in UInt8(33 + (index * 37 + index / 7) % 90) }
        let secret = String(decoding: bytes, as: UTF8.self)
        let text = String(repeating: "x", count: before) + secret + "yy"
        let lines = Array(Data(text.utf8).base64EncodedString())
        let encoded = stride(from: 0, to: lines.count, by: width)
            .map { String(lines[$0..<min($0 + width, lines.count)]) }.joined(separator: "\n")
        let shown = masked("<\(encoded)>", [secret])
        #expect(shown.count == 1)
        // What stood before, and the characters in which it or what follows has a part.
        let most = (before + 2) / 3 * 4 + "<***yyyyyy>".count
        let rest = shown.joined().count { $0 != "\n" }
        #expect(rest <= most)
    }

    /// As Python's json.dumps, JavaScript's JSON.stringify, Go's encoding/json, PHP's json_encode and .NET's
    /// System.Text.Json write it.
    @Test(arguments: [
        #"q\"b\\s\nl\u00ed/<\ud83d\udd11>"#, #"q\"b\\s\nlí/<🔑>"#, #"q\"b\\s\nlí/\u003c🔑\u003e"#,
        #"q\"b\\s\nl\u00ed\/<\ud83d\udd11>"#, #"q\u0022b\\s\nl\u00ED/\u003C\uD83D\uDD11\u003E"#,
        // Within JSON that is a string of JSON, as Go and JavaScript write it.
        #"q\\\"b\\\\s\\nlí/<🔑>"#,
    ])
    func secretsInJSONAreFound(encoded: String) {
        #expect(masked("{\"key\": \"\(encoded)\"}", ["q\"b\\s\nlí/<🔑>"]) == ["{\"key\": \"***\"}"])
    }

    /// All bytes, those that RFC 3986 demands, those that JavaScript's encodeURIComponent and encodeURI do, and a form.
    @Test(arguments: [
        "%61%20%26%2f%28%c3%a9%25%29%2b", "%61%20%26%2F%28%C3%A9%25%29%2B", "a%20%26%2F%28%C3%A9%25%29%2B",
        "a%20%26%2F(%C3%A9%25)%2B", "a%20&/(%C3%A9%25)+", "a+%26%2F%28%C3%A9%25%29%2B",
    ])
    func secretsInAddressesAreFound(encoded: String) {
        #expect(masked("?key=\(encoded)&x=%41", ["a &/(é%)+"]) == ["?key=***&x=%41"])
        #expect(masked("?key=\(encoded.dropLast())&x=%41", ["a &/(é%)+"]) == ["?key=\(encoded.dropLast())&x=%41"])
    }

    @Test func namesAndNumbersOfOutputsAreMasked() {
        let mask = SecretMask(secrets: ["hunter2", "87654321"])
        let outputs: ValueMapping = ["hunter2": 1, "deep": [["x-hunter2": 87_654_321]], "near": 8_765_432]
        #expect(mask.masked(outputs) == ["***": 1, "deep": [["x-***": "***"]], "near": 8_765_432])
        #expect(mask.maskedValues(of: ["hunter2": "hunter2"]) == ["hunter2": "***"])
    }

    /// What is behind the `?` of an address is shown nowhere, so that the whole secret does not stand where its path does.
    @Test func piecesOfSecretAddressesAreSecret() {
        let mask = SecretMask(secrets: [
            "https://Chat.example.test:443/api/hooks/1234/T0kenOfTheRoom?wait=true&thread=98765432",
            "http://ada:hunter2@db.test/", "https://example.test/short",
        ])
        #expect(
            mask.masked("POST https://chat.example.test/api/hooks/1234/T0kenOfTheRoom?…: 404")
                == "POST https://chat.example.test***?…: 404")
        #expect(mask.masked("thread=9 wait=true&thread=98765432") == "thread=9 ***")
        #expect(mask.masked("ada hunter2 db.test") == "ada *** db.test")
        #expect(mask.masked("a/short way") == "a/short way")
    }

    @Test func ofSecretsThatOverlapNothingIsShown() {
        #expect(masked("<one-two-three>", ["one-two", "two-three", "wo"]) == ["<***>"])
        let mask = SecretMask(secrets: ["one-two", "two-three"])
        for length in 1..<15 {
            var stream = MaskedStream(mask)
            let bytes = Array("<one-two-three>".utf8)
            let shown = stream.take(Array(bytes[..<length])) + stream.take(Array(bytes[length...])) + stream.finish()
            #expect(String(decoding: shown, as: UTF8.self) == "<***>")
        }
    }

    @Test func linesOfASecretAreSecret() {
        #expect(masked("first-line\nx second-line", ["first-line\nsecond-line"]) == ["***\nx ***"])
    }

    /// A step can't know what of its question is secret: whoever takes it in does.
    @Test func whatAStepAsksHoldsNoSecret() throws {
        let ran = try run(
            workflow([step("s", "echo up; sleep 60", env: ["T": "${{ secrets.TOKEN }}"])], secrets: ["TOKEN"]),
            secrets: ["TOKEN": "s3cr3t-value"]
        ) { _ in
        } observer: { engine, run, progress in
            guard case .output = progress else { return }
            do {
                let wish = RunSignal.Wish.interrupt(
                    try #require(StepID("s")), attempt: 1, reason: "is it s3cr3t-value?",
                    data: ["a": "czNjcjN0LXZhbHVl"])
                try engine.send(RunSignal(wish), to: run)
            } catch { Issue.record(error) }
        }
        #expect(ran["s"]?.waiting == .answer(reason: "is it ***?", data: ["a": "***"]))
        #expect(ran["s"]?.attempts.first?.error == StepError("suspended", "asks: is it ***?"))
        #expect(try ran.engine.store.record(ran.record.run) == ran.record)
    }

    @Test func nothingThatARunKeepsHoldsASecret() throws {
        let secret = "s3cr3t-value"
        var seen: [UInt8] = []
        let ran = try run(
            workflow(
                [
                    step(
                        "s",
                        """
                        printf 's3cr'; sleep 0.05; echo '3t-value'; printf '%s' "$T" | base64 >&2
                        echo "out=$T" >> $WFREPO_OUTPUT; echo "{\\"deep\\": [\\"$T\\"]}" >> $WFREPO_OUTPUT
                        """, env: ["T": "${{ secrets.TOKEN }}"]),
                    step("t", "[ ${{ secrets.TOKEN }} = s3cr3t-value ]; exit 1", if: "always()"),
                    step("u", "[ \"${{ inputs.pass }}\" = x-s3cr3t-value ]", if: "always()"),
                ], secrets: ["TOKEN"]), secrets: ["TOKEN": secret], inputs: ["pass": "x-s3cr3t-value"]
        ) { _ in
        } observer: { _, _, progress in
            if case .output(_, _, _, let bytes) = progress { seen += bytes }
        }
        #expect(ran["s"]?.outputs["stdout"] == "***")
        #expect(ran["s"]?.outputs["out"] == "***")
        #expect(ran["s"]?.outputs["deep"] == ["***"])
        #expect(ran["t"]?.attempts.first?.exit == 1)
        #expect(ran["u"]?.status == .succeeded)
        #expect(ran.record.inputs == ["pass": "x-***"])
        let json = try ran.engine.store.record(ran.record.run).value.json()
        let log = try #require(try ran.log("s"))
        for text in [json, log, String(decoding: seen, as: UTF8.self)] {
            #expect(!text.contains(secret))
            #expect(!text.contains("czNjcjN0"))
        }
    }
}
