import Foundation
import Testing

/// `wfrepo circuits`: what is held against services, and how it is forgotten.
@Suite struct CircuitCommandTests {
    @Test func anOpenCircuitIsSeenAndClosedByHand() throws {
        let sandbox = try Sandbox.withWorkflows()
        #expect(
            try sandbox.wfrepo("circuits").errors == "No service has failed lately where a circuit breaker counts.\n")
        // Nobody listens on port 1 of loopback.
        let job = """
            workspace: none
            steps:
              - uses: http
                with: {url: "http://127.0.0.1:1/"}
                circuit-breaker: {failures: 1, open-for: 1h}

            """
        try sandbox.save(["job": job], "Job")
        try sandbox.fail("wfrepo run job --quiet")
        #expect(try sandbox.fail("wfrepo run job --json").output.contains("\"circuit-open\""))
        let shown = try sandbox.wfrepo("circuits", "list", "--json").output
        let circuits = try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [[String: Any]]
        #expect(circuits?.count == 1)
        #expect(circuits?.first?["state"] as? String == "open")
        let name = try #require(circuits?.first?["name"] as? String)
        #expect(name.hasPrefix("127.0.0.1"))
        #expect(try sandbox.wfrepo("circuits").output.contains("\(name)  open  until 20"))

        let wrong = try sandbox.wfrepo("circuits", "reset", "127.0.0.2")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("nothing is held against '127.0.0.2'"))
        #expect(try sandbox.wfrepo("circuits", "reset").status == 64)
        #expect(try sandbox.wfrepo("circuits", "reset", name).output == "\(name) is asked again.\n")
        #expect(try sandbox.wfrepo("circuits", "list", "--json").output == "[]\n")
        #expect(try sandbox.fail("wfrepo run job --json").output.contains("\"class\": \"network\""))
        let audit = try sandbox.wfrepo("audit", "list", "--event", "circuit.reset", "--json").output
        #expect(audit.contains(name))
    }
}
