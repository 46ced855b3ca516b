import DocumentTree
import Foundation
import Testing

@testable import WorkflowEngine
@testable import WorkflowLanguage

/// What the settings do not allow is refused when it would be used, whatever a definition's save let through.
@Suite struct ScopeTests {
    private func drive(
        _ workflow: Workflow, allowing: AllowLists = .everything, limits: StepLimits = .none,
        kinds: KindRegistry = .standard
    ) async throws -> RunRecord {
        let folder = try TemporaryFolder()
        var configuration = EngineConfiguration(
            folder: "\(folder.path)/state", repository: nil, host: "test", parallelism: 2)
        configuration.kinds = kinds
        let engine = try Engine(configuration)
        let run = try engine.submit(request(for: workflow))
        let environment = RunEnvironment(
            variables: ["PATH": "/usr/local/bin:/usr/bin:/bin"], root: folder.path,
            settings: Settings(allowing: allowing, limits: limits))
        // Kinds of step run on the threads that tests run on, too, so a test must not block one.
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try engine.drive(run, in: environment) })
                withExtendedLifetime(folder) {}
            }
        }
    }

    @Test func programs() async throws {
        let workflow = try workflow([step("a", "echo a", shell: "bash")])
        let refused = try await drive(workflow, allowing: AllowLists(programs: AllowList(["sh"])))
        #expect(
            refused.steps[0].error
                == StepError(
                    "forbidden", "wfrepo.yaml does not allow workflows like this one to start the program bash"))
        #expect(try await drive(workflow, allowing: AllowLists(programs: AllowList(["bash"]))).status == .succeeded)
    }

    @Test func aStepCannotBringItsOwnProgramOfAnAllowedName() async throws {
        var step = try step("a", "import sys; print('real')", shell: "python3")
        step.environment = [EnvironmentVariable(name: "PATH", value: try Template.parse("/tmp/none"))]
        #expect(try await drive(workflow([step])).steps[0].error?.kind == "spawn")
        let scoped = try await drive(workflow([step]), allowing: AllowLists(programs: AllowList(["python3"])))
        #expect(scoped.steps[0].outputs["stdout"] == "real")
    }

    @Test func kindsByNamespace() async throws {
        var workflow = try workflow([step("a", "true")])
        workflow.steps[0].work = .kind(KindName("log"), with: .literal(["message": "hello"]))
        let lists = AllowLists(kinds: AllowList(nil, namespaces: ["locked": ["fail"]]))
        #expect(try await drive(workflow, allowing: lists).status == .succeeded)
        workflow.name = try #require(WorkflowName("locked/a"))
        #expect(try await drive(workflow, allowing: lists).steps[0].error?.kind == "forbidden")
    }

    @Test func hosts() async throws {
        struct Fetch: StepKind {
            var name: KindName { KindName("fetch") }
            func run(_ call: StepCall) async throws -> ValueMapping {
                try call.requireAllowed(address: call.parameters["url"]?.string ?? "")
                return [:]
            }
        }
        func outcome(_ url: String) async throws -> String? {
            var workflow = try workflow([step("a", "true")])
            workflow.steps[0].work = .kind(KindName("fetch"), with: .literal(["url": .string(url)]))
            return try await drive(
                workflow, allowing: AllowLists(hosts: AllowList(["*.example.test"])), kinds: KindRegistry([Fetch()])
            ).steps[0].error?.kind
        }
        #expect(try await outcome("https://api.example.test/x") == nil)
        #expect(try await outcome("https://api.example.test@evil.test/x") == "forbidden")
        #expect(try await outcome("http://example.test.evil.test") == "forbidden")
        #expect(try await outcome("nowhere") == "parameters")
    }

    @Test func limitsBoundStepsThatSayNothingOrMore() async throws {
        var step = try step("a", "ulimit -n")
        let settings = StepLimits(openFiles: 100)
        #expect(try await drive(workflow([step]), limits: settings).steps[0].outputs["stdout"] == "100")
        step.limits = StepLimits(openFiles: 200)
        #expect(try await drive(workflow([step]), limits: settings).steps[0].outputs["stdout"] == "100")
        step.limits = StepLimits(openFiles: 50)
        #expect(try await drive(workflow([step]), limits: settings).steps[0].outputs["stdout"] == "50")
    }

    @Test func durabilityReachesTheJournal() throws {
        let folder = try TemporaryFolder()
        let normal = try StateStore(path: "\(folder.path)/state.sqlite", durability: .normal)
        #expect(try normal.pragma("synchronous") == "1")
        #expect(try StateStore(path: "\(folder.path)/other.sqlite").pragma("synchronous") == "2")
    }
}
