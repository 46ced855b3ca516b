import DocumentTree
import Testing
import WorkflowLanguage

@testable import WorkflowEngine

/// What the settings do not allow is refused when it would be used, whatever a definition's save let through.
@Suite struct ScopeTests {
    private func drive(
        _ workflow: Workflow, allowing: AllowLists = .everything, limits: StepLimits = .none,
        kinds: KindRegistry = .standard
    ) throws -> RunRecord {
        let folder = try TemporaryFolder()
        var configuration = EngineConfiguration(
            folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2)
        configuration.kinds = kinds
        let engine = try Engine(configuration)
        return try engine.drive(
            engine.submit(request(for: workflow)),
            in: RunEnvironment(
                variables: ["PATH": "/usr/local/bin:/usr/bin:/bin"], root: folder.path,
                settings: Settings(allowing: allowing, limits: limits)))
    }

    @Test func programs() throws {
        let workflow = try workflow([step("a", "echo a", shell: "bash")])
        let refused = try drive(workflow, allowing: AllowLists(programs: AllowList(["sh"])))
        #expect(
            refused.steps[0].error
                == StepError(
                    "forbidden", "wfrepo.yaml does not allow workflows like this one to start the program bash"))
        #expect(try drive(workflow, allowing: AllowLists(programs: AllowList(["bash"]))).status == .succeeded)
    }

    @Test func aStepCannotBringItsOwnProgramOfAnAllowedName() throws {
        var step = try step("a", "import sys; print('real')", shell: "python3")
        step.environment = [EnvironmentVariable(name: "PATH", value: try Template.parse("/tmp/none"))]
        #expect(try drive(workflow([step])).steps[0].error?.kind == "spawn")
        let scoped = try drive(workflow([step]), allowing: AllowLists(programs: AllowList(["python3"])))
        #expect(scoped.steps[0].outputs["stdout"] == "real")
    }

    @Test func kindsByNamespace() throws {
        var workflow = try workflow([step("a", "true")])
        workflow.steps[0].work = .kind(KindName("log"), with: .literal(["message": "hello"]))
        let lists = AllowLists(kinds: AllowList(nil, namespaces: ["locked": ["fail"]]))
        #expect(try drive(workflow, allowing: lists).status == .succeeded)
        workflow.name = try #require(WorkflowName("locked/a"))
        #expect(try drive(workflow, allowing: lists).steps[0].error?.kind == "forbidden")
    }

    @Test func hosts() throws {
        struct Fetch: StepKind {
            var name: KindName { KindName("fetch") }
            func run(_ call: StepCall) async throws -> ValueMapping {
                try call.requireAllowed(address: call.parameters["url"]?.string ?? "")
                return [:]
            }
        }
        func outcome(_ url: String) throws -> String? {
            var workflow = try workflow([step("a", "true")])
            workflow.steps[0].work = .kind(KindName("fetch"), with: .literal(["url": .string(url)]))
            return try drive(
                workflow, allowing: AllowLists(hosts: AllowList(["*.example.test"])), kinds: KindRegistry([Fetch()])
            ).steps[0].error?.kind
        }
        #expect(try outcome("https://api.example.test/x") == nil)
        #expect(try outcome("https://api.example.test@evil.test/x") == "forbidden")
        #expect(try outcome("http://example.test.evil.test") == "forbidden")
        #expect(try outcome("nowhere") == "parameters")
    }

    @Test func limitsBoundStepsThatSayNothingOrMore() throws {
        var step = try step("a", "ulimit -n")
        let settings = StepLimits(openFiles: 100)
        #expect(try drive(workflow([step]), limits: settings).steps[0].outputs["stdout"] == "100")
        step.limits = StepLimits(openFiles: 200)
        #expect(try drive(workflow([step]), limits: settings).steps[0].outputs["stdout"] == "100")
        step.limits = StepLimits(openFiles: 50)
        #expect(try drive(workflow([step]), limits: settings).steps[0].outputs["stdout"] == "50")
    }

    @Test func durabilityReachesTheJournal() throws {
        let folder = try TemporaryFolder()
        let normal = try StateStore(path: "\(folder.path)/state.sqlite", durability: .normal)
        #expect(try normal.pragma("synchronous") == "1")
        #expect(try StateStore(path: "\(folder.path)/other.sqlite").pragma("synchronous") == "2")
    }
}
