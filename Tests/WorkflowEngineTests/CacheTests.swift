import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// Runs in one folder, one after another, each with a note of what its steps really did.
@Suite struct CacheTests {
    private let folder: TemporaryFolder
    private let engine: Engine

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/tree", withIntermediateDirectories: true)
        engine = try Engine(
            EngineConfiguration(folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2))
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(folder.path)/tree/\(name)", atomically: true, encoding: .utf8)
    }

    /// A step that notes each of its runs outside the workspace, and makes a file from another one.
    private func build(_ cache: StepCache, script: String = "mkdir -p out; tr a-z A-Z <source >out/result") throws
        -> Step
    {
        var step = try step(
            "build", "echo ran >>\"$WFREPO_ROOT/../ran\"; \(script); echo made=yes >>\"$WFREPO_OUTPUT\"")
        step.cache = cache
        return step
    }

    private func cache(key: [String]? = nil, paths: [String] = ["out"]) throws -> StepCache {
        StepCache(key: try key?.map { try Template.parse($0) }, paths: try paths.map { try Template.parse($0) })
    }

    private func drive(
        _ steps: [Step], inputs: ValueMapping = [:], usesCache: Bool = true, settings: Settings = .standard
    ) throws -> RunRecord {
        var request = try request(for: try workflow(steps))
        request.inputs = inputs
        request.usesCache = usesCache
        let run = try engine.submit(request)
        let environment = RunEnvironment(
            variables: ["PATH": "/usr/bin:/bin"], root: "\(folder.path)/tree", settings: settings)
        return try engine.drive(run, in: environment)
    }

    private var timesRun: Int { folder.read("ran")?.split(separator: "\n").count ?? 0 }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder.path)/tree/\(name)")
    }

    @Test func aStepIsSkippedWhereNothingHasChanged() throws {
        try write("source", "text\n")
        let first = try drive([try build(try cache())])
        #expect(first.steps[0].cache?.use == .kept)
        try remove("out")
        let second = try drive([try build(try cache())])
        #expect(timesRun == 1)
        #expect(folder.read("tree/out/result") == "TEXT\n")
        let step = second.steps[0]
        #expect(step.status == .succeeded)
        #expect(step.outputs["made"] == "yes")
        #expect(step.cache?.use == .taken(from: first.run))
        #expect(second.value["steps"]?.items?.first?["cache"]?["run"]?.string == first.run.description)
        #expect(try RunRecord(second.value) == second)
    }

    @Test func aChangedFileMakesItRunAgain() throws {
        try write("source", "text\n")
        _ = try drive([try build(try cache())])
        try write("source", "other\n")
        _ = try drive([try build(try cache())])
        #expect(timesRun == 2)
        #expect(folder.read("tree/out/result") == "OTHER\n")
        // What the step makes is not what it depends on.
        try write("out/result", "spoilt")
        _ = try drive([try build(try cache())])
        #expect(timesRun == 2)
        #expect(folder.read("tree/out/result") == "OTHER\n")
    }

    @Test func aKeySaysWhatItDependsOn() throws {
        try write("source", "text\n")
        let keyed = try cache(key: ["${{ hashFiles('source') }}", "${{ inputs.release }}"])
        _ = try drive([try build(keyed)], inputs: ["release": "1"])
        try write("unrelated", "text")
        _ = try drive([try build(keyed)], inputs: ["release": "1"])
        #expect(timesRun == 1)
        _ = try drive([try build(keyed)], inputs: ["release": "2"])
        #expect(timesRun == 2)
    }

    @Test func whatItIsGivenAndItsDefinitionCount() throws {
        try write("source", "text\n")
        let keyed = try cache(key: [])
        var step = try build(keyed)
        step.environment = [EnvironmentVariable(name: "A", value: try Template.parse("${{ inputs.a }}"))]
        _ = try drive([step], inputs: ["a": "1"])
        _ = try drive([step], inputs: ["a": "1"])
        #expect(timesRun == 1)
        _ = try drive([step], inputs: ["a": "2"])
        #expect(timesRun == 2)
        step.hash = DefinitionHash(hexadecimal: String(repeating: "a", count: 64))
        _ = try drive([step], inputs: ["a": "2"])
        #expect(timesRun == 3)
    }

    @Test func aRunMayTakeNothingFromIt() throws {
        try write("source", "text\n")
        let first = try drive([try build(try cache())])
        let second = try drive([try build(try cache())], usesCache: false)
        #expect(timesRun == 2)
        #expect(second.value["no_cache"] == true)
        #expect(try drive([try build(try cache())]).steps[0].cache?.origin == second.run)
        #expect(first.value["no_cache"] == nil)
    }

    @Test func aFailureIsNotKept() throws {
        try write("source", "text\n")
        let failing = try build(try cache(), script: "false")
        #expect(try drive([failing]).status == .failed)
        #expect(try drive([failing]).status == .failed)
        #expect(timesRun == 2)
    }

    @Test func aStepThatMadeNothingOfWhatItNamesIsNotKept() throws {
        try write("source", "text\n")
        let step = try build(try cache(paths: ["nothing/**"]))
        #expect(try drive([step]).steps[0].cache?.use == .notKept("no file is there that `paths` names"))
        _ = try drive([step])
        #expect(timesRun == 2)
    }

    @Test func aTornResultIsNotTaken() throws {
        try write("source", "text\n")
        let record = try drive([try build(try cache())])
        let path = "\(folder.path)/state/cache/\(try #require(record.steps[0].cache?.key))"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try drive([try build(try cache())]).steps[0].cache?.use == .kept)
        try bytes.prefix(40).write(to: URL(fileURLWithPath: path))
        _ = try drive([try build(try cache())])
        #expect(timesRun == 3)
        #expect(folder.read("tree/out/result") == "TEXT\n")
    }

    @Test func linksAndProgramsComeBackAsTheyWere() throws {
        try write("source", "text\n")
        let step = try build(
            try cache(paths: ["out/**", "!out/left"]),
            script:
                "mkdir -p out/in; echo 'echo hello' >out/in/tool; chmod 755 out/in/tool; ln -s in/tool out/link; touch out/left"
        )
        _ = try drive([step])
        try remove("out")
        _ = try drive([step, try self.step("use", "sh -c 'test -x out/in/tool && out/in/tool' && readlink out/link")])
        #expect(timesRun == 1)
        #expect(access("\(folder.path)/tree/out/left", F_OK) != 0)
    }

    private func step(_ id: String, _ script: String) throws -> Step {
        try WorkflowEngineTests.step(id, script)
    }

    @Test func roomIsBounded() throws {
        let keyed = try cache(key: ["${{ inputs.n }}"])
        let step = try build(keyed, script: "mkdir -p out; head -c 3000 /dev/zero >out/result")
        var settings = Settings.standard
        settings.cacheSize = 10_000
        for number in 1...5 { _ = try drive([step], inputs: ["n": .integer(number)], settings: settings) }
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/state/cache")
        #expect(kept.count == 2)
        #expect(try drive([step], inputs: ["n": 5], settings: settings).steps[0].cache?.origin != nil)
        settings.cacheSize = 1000
        let record = try drive([step], inputs: ["n": 9], settings: settings)
        guard case .notKept(let reason) = record.steps[0].cache?.use else {
            Issue.record("it was kept")
            return
        }
        #expect(reason.hasSuffix("all kept results may take 1000B"))
    }

    @Test func secretsAreMaskedInWhatIsKept() throws {
        try write("source", "text\n")
        var step = try build(try cache(paths: []), script: "echo \"token $TOKEN\"")
        step.environment = [EnvironmentVariable(name: "TOKEN", value: try Template.parse("hunter-two-22"))]
        let request = try request(for: try workflow([step], secrets: ["TOKEN"]))
        let environment = RunEnvironment(
            variables: ["PATH": "/usr/bin:/bin"], secrets: ["TOKEN": "hunter-two-22"], root: "\(folder.path)/tree")
        let record = try engine.drive(try engine.submit(request), in: environment)
        let key = try #require(record.steps[0].cache?.key)
        #expect(folder.read("state/cache/\(key)")?.contains("hunter") == false)
    }
}
