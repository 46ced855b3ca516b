import DocumentTree
import Foundation
import Testing
import WorkflowLanguage

/// The schema and the parser give the same verdict on every fault of shape, as an independent validator reads the schema.
@Suite struct SchemaTests {
    /// Whether the validator accepts each of the documents; nil where it isn't installed.
    private func verdicts(on documents: [Value]) throws -> [Bool]? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wfrepo-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = try documents.map { try $0.json() }.joined(separator: "\n")
        try Data(lines.utf8).write(to: folder.appending(path: "documents"))
        try Data(WorkflowSchema().text.utf8).write(to: folder.appending(path: "schema"))
        let script = """
            import json, sys
            try:
                from jsonschema import Draft202012Validator
            except ImportError:
                sys.exit(77)
            schema = json.load(open("schema"))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            for line in open("documents"):
                print("1" if validator.is_valid(json.loads(line)) else "0")
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 77 || process.terminationStatus == 127 {
            print("skipped: python3's jsonschema is not installed")
            return nil
        }
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map { $0 == "1" }
    }

    private func parserAccepts(_ document: Value) throws -> Bool {
        try parse(document.json()).problems.allSatisfy { !$0.code.isOfShape }
    }

    private static let seeds = [
        WorkflowParseTests.example,
        """
        on: [push, commit]
        enabled: false
        workspace: none
        concurrency: all
        inputs:
          a: {type: choice, options: [x, 1, true], default: x, description: which}
          b:
        secrets: [A, B]
        defaults: {timeout: 90, shell: bash, working-directory: src, retry: {strategy: none}}
        steps:
          - {id: a, name: "A ${{ inputs.a }}", run: "true", needs: [], env: {X: 1, Y: , Z: true}, shell: sh}
          - {id: b, uses: fail, with: {message: "{{ inputs.b }}"}, needs: a, total-timeout: 1h30m, on-interrupt: ask}
          - {uses: log, with: {message: 5}, if: true, retry: {on: [timeout, {exit: [1, 2]}, network]}}
        """,
        """
        on:
          schedule: [{cron: "0 2 * * *", timezone: Europe/Berlin}]
          webhook: {}
          event: orders.arrived
          workflow: {names: [export, a/b], status: [failed]}
          commit:
        steps: [{run: a, compensate: {run: b, timeout: 5s, retry: {delay: 0}}}]
        """,
        """
        notify: {on: [failure, slow], slow-after: 5m, with: {command: cat}}
        steps:
          - {id: a, uses: notify, with: {command: cat, text: done}}
          - {uses: http, with: {url: "https://example.test/", query: {a: [1, 2]}, expect: [204, 2xx]}}
          - {uses: file, with: {action: compress, path: a, to: b, level: 5}}
          - {uses: approval, with: {approvers: ["*@example.test"], count: 2, lapse: 1d}}
          - {uses: delay, with: {until: "2026-11-21T18:00:00Z"}}
          - {uses: ./kinds/own, with: {a: [1]}, circuit-breaker: {window: 1m}}
          - {run: a, matrix: {os: [a, b], include: [{os: c}]}, cache: {key: x, paths: "a/**"}, limits: {memory: 1GiB}}
        """,
    ]

    private func seedValues() throws -> [Value] {
        try Self.seeds.map { try Document.parseOne(Array($0.utf8), name: "seed.yaml").value() }
    }

    @Test func validDocumentsAreAccepted() throws {
        let documents = try seedValues()
        for document in documents { #expect(try parserAccepts(document)) }
        guard let verdicts = try verdicts(on: documents) else { return }
        #expect(verdicts == documents.map { _ in true })
    }

    /// A notice may leave out what it says; a step may not.
    @Test func aNoticeAndAStepThatTellsHaveParametersOfTheirOwn() throws {
        let texts = [
            "{notify: {with: {command: cat}}, steps: [{run: a}]}",
            "{steps: [{uses: notify, with: {command: cat}}]}",
            "{notify: {with: {command: cat}}, steps: [{uses: notify, with: {command: cat}}]}",
        ]
        try expectVerdicts([true, false, false], on: texts)
    }

    /// Python's `$` also stands before a last line break.
    @Test func aLastLineBreakIsNoPartOfANameOrADuration() throws {
        let texts = [
            #"{"steps": [{"run": "a\n"}]}"#, #"{"steps": [{"run": "a", "shell": "sh\n"}]}"#,
            #"{"steps": [{"run": "a", "timeout": "5s\n"}]}"#, #"{"steps": [{"run": "a", "id": "a\n"}]}"#,
            #"{"steps": [{"uses": "./kinds/own\n"}]}"#, #"{"env": {"A\n": "b"}, "steps": [{"run": "a"}]}"#,
        ]
        try expectVerdicts([true, false, false, false, false, false], on: texts)
    }

    private func expectVerdicts(_ expected: [Bool], on texts: [String]) throws {
        let documents = try texts.map { try Document.parseOne(Array($0.utf8), name: "a.yaml").value() }
        #expect(try documents.map { try parserAccepts($0) } == expected)
        guard let verdicts = try verdicts(on: documents) else { return }
        #expect(verdicts == expected)
    }

    @Test func mutatedDocumentsGetTheSameVerdict() throws {
        var mutation = DocumentMutation(seed: 20_261_101)
        let seeds = try seedValues()
        let documents = (0..<1500).map { mutation.mutated(seeds[$0 % seeds.count]) }
        guard let verdicts = try verdicts(on: documents) else { return }
        #expect(verdicts.count == documents.count)
        #expect(verdicts.contains(true) && verdicts.contains(false))
        for (document, verdict) in zip(documents, verdicts) {
            let text = try document.json()
            let problems = try parse(text).problems.filter { $0.code.isOfShape }.map(\.description)
            #expect(verdict == problems.isEmpty, "\(text)\n\(problems)")
        }
    }
}

/// Changes documents at random, the same way for the same seed.
struct DocumentMutation {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// The document with one to three changes.
    mutating func mutated(_ value: Value) -> Value {
        (0...number(below: 3)).reduce(value) { value, _ in changed(value) }
    }

    private mutating func changed(_ value: Value) -> Value {
        switch value {
        case .mapping(let mapping) where !mapping.isEmpty && number(below: 5) > 0:
            return .mapping(changed(mapping))
        case .sequence(var items) where !items.isEmpty && number(below: 5) > 0:
            let index = number(below: items.count)
            switch number(below: 8) {
            case 0: items.remove(at: index)
            case 1: items.append(items[index])
            default: items[index] = changed(items[index])
            }
            return .sequence(items)
        default:
            return replacement()
        }
    }

    private mutating func changed(_ mapping: ValueMapping) -> ValueMapping {
        var mapping = mapping
        let key = mapping.keys[number(below: mapping.count)]
        switch number(below: 10) {
        case 0: mapping[key] = nil
        case 1:
            let value = mapping[key]
            mapping[key] = nil
            mapping[key + "x"] = value
        case 2: mapping[words[number(below: words.count)]] = replacement()
        default: mapping[key] = mapping[key].map { changed($0) }
        }
        return mapping
    }

    private let words = [
        "run", "uses", "with", "env", "id", "needs", "if", "name", "retry", "timeout", "shell", "cache", "A B", "",
        "steps", "on",
        "working-directory", "default", "message", "compensate", "log", "fail", "sh", "5s", "1m30s", "s5", "0x1f",
        "{{ a }}", "x\ny", "a\n", "5s\n", " ", "é", "push",
        "schedule", "never", "immediate", "1h2", "0.5s", "stop", "none", "Europe/Paris", "exit", "a/b", "1.5m",
    ]

    private mutating func replacement() -> Value {
        switch number(below: 12) {
        case 0: .null
        case 1: .bool(number(below: 2) == 0)
        case 2: .integer(number(below: 5) - 1)
        case 3: .integer([1_000_000_000, 1000, 1001, 255, 256, Int.max][number(below: 6)])
        case 4: .double([0.5, 1.0, 90.0, -0.5, 1e300, 2.5][number(below: 6)])
        case 5: []
        case 6: [:]
        case 7: [.string(words[number(below: words.count)])]
        case 8: .mapping([words[number(below: words.count)]: .string(words[number(below: words.count)])])
        default: .string(words[number(below: words.count)])
        }
    }

    private mutating func number(below bound: Int) -> Int { random.number(below: bound) }
}
