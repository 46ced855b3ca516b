import Foundation
import Testing

/// What the suites of kinds of step have in common: they run steps with the built program, and look at their records.
protocol KindSuite {}

extension KindSuite {
    /// Runs one workflow, and returns its steps by id.
    func run(_ steps: String, status: Int32 = 0, in sandbox: Sandbox? = nil) throws -> [String: [String: Any]] {
        let sandbox = try sandbox ?? Sandbox.withWorkflows()
        try sandbox.save(["job": "workspace: none\nsteps:\n" + steps], "Job")
        let answer = try sandbox.wfrepo("run", "job", "--json")
        #expect(answer.status == status, "\(answer.output)\(answer.errors)")
        let record = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
        let list = try #require(record["steps"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: list.map { ($0["id"] as? String ?? "", $0) })
    }

    func outputs(_ step: [String: Any]?) -> [String: Any] { step?["outputs"] as? [String: Any] ?? [:] }

    func error(_ step: [String: Any]?) -> String? {
        let attempts = step?["attempts"] as? [[String: Any]]
        return (attempts?.last?["error"] as? [String: Any])?["class"] as? String
    }

    func message(_ step: [String: Any]?) -> String? {
        let attempts = step?["attempts"] as? [[String: Any]]
        return (attempts?.last?["error"] as? [String: Any])?["message"] as? String
    }
}
