import Foundation
import Testing

@testable import WorkflowEngine

/// The kind `http` and webhooks, as those who write, run and look at workflows meet them.
@Suite struct HTTPKindTests {
    /// A service that answers the statuses that it is given, one a request, and writes what it was asked into `seen`, a line
    /// each. It ends with this value.
    private final class Service {
        private let process: ChildProcess

        init(_ sandbox: Sandbox, _ statuses: [String]) throws {
            try sandbox.write("service.py", Self.program)
            // Not by Foundation, whose processes keep the descriptors of others that are started meanwhile.
            process = try ChildProcess(
                arguments: ["/usr/bin/env", "python3", "service.py"] + statuses,
                environment: sandbox.environment.map { "\($0.key)=\($0.value)" }, directory: sandbox.root.path)
            try sandbox.succeed("until [ -s port ]; do sleep 0.02; done")
        }

        deinit {
            process.signalGroup(SIGKILL)
            _ = process.reap()
        }

        private static let program = """
            import http.server, os, sys
            class Service(http.server.BaseHTTPRequestHandler):
                statuses = sys.argv[1:]
                def do_POST(self):
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                    with open("seen", "a") as file:
                        print(self.path, self.headers.get("Authorization"), self.headers.get("Idempotency-Key"),
                            self.headers.get("traceparent", "").split("-")[1:2], body, file=file, sep="|")
                    status, *wait = self.statuses.pop(0).split("+")
                    self.send_response(int(status))
                    if wait: self.send_header("Retry-After", wait[0])
                    self.send_header("Content-Type", "application/json")
                    self.end_headers()
                    self.wfile.write(b'{"echo": "%s"}' % (self.headers.get("Authorization") or "").encode())
                do_GET = do_POST
            server = http.server.HTTPServer(("127.0.0.1", 0), Service)
            with open("port.new", "w") as file: file.write(str(server.server_port))
            os.rename("port.new", "port")
            server.serve_forever()
            """
    }

    /// A sandbox with a service and a workflow that asks it.
    private func sandbox(_ workflow: String, statuses: [String]) throws -> (Sandbox, Service) {
        let sandbox = try Sandbox.withWorkflows()
        let service = try Service(sandbox, statuses)
        try sandbox.save(["job": workflow.replacing("PORT", with: try sandbox.read("port"))], "Job")
        return (sandbox, service)
    }

    private func attempts(_ record: [String: Any], _ id: String) throws -> [[String: Any]] {
        let steps = try #require(record["steps"] as? [[String: Any]])
        return try #require(steps.first { $0["id"] as? String == id }?["attempts"] as? [[String: Any]])
    }

    @Test func secretsReachTheServiceAndNothingElse() throws {
        let token = "tok-7c31f0e2"
        let (sandbox, service) = try sandbox(
            """
            secrets: [API_TOKEN]
            workspace: none
            steps:
              - id: ask
                uses: http
                with:
                  url: http://127.0.0.1:PORT/${{ secrets.API_TOKEN }}/x
                  auth: {bearer: "${{ secrets.API_TOKEN }}"}
              - id: wrong
                uses: http
                continue-on-error: true
                with: {url: "http://127.0.0.1:PORT/${{ secrets.API_TOKEN }}", headers: {Authorization: "${{ secrets.API_TOKEN }}"}}

            """, statuses: ["200", "500"])
        try sandbox.succeed("printf '%s\\n' '\(token)' | wfrepo secret set API_TOKEN")
        let record = try sandbox.object("run", "job", "--json")
        #expect(try sandbox.read("seen").hasPrefix("/\(token)/x|Bearer \(token)|"))
        let error = try #require(attempts(record, "wrong").last?["error"] as? [String: Any])
        #expect(
            (error["message"] as? String)?.hasSuffix(#"/***: 500 Internal Server Error, 24 bytes: {"echo": "***"}"#)
                == true)
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "ask").output.contains("/***/x: 200 OK"))
        withExtendedLifetime(service) {}
        try sandbox.succeed("rm seen")
        #expect(try sandbox.shell("grep -rF '\(token)' . \"$HOME\"").status == 1)
        #expect(try sandbox.shell("git log --all -p | grep -F '\(token)'").status == 1)
    }

    @Test func aServiceThatAsksForTimeGetsIt() throws {
        let (sandbox, service) = try sandbox(
            """
            workspace: none
            steps:
              - id: ask
                uses: http
                with: {url: "http://127.0.0.1:PORT/x", json: {}}
                retry: {strategy: immediate, on: [http-429, http-5xx]}

            """, statuses: ["429+1", "503", "200"])
        let record = try sandbox.object("run", "job", "--json")
        let attempts = try attempts(record, "ask")
        #expect(attempts.count == 3)
        #expect((attempts[0]["error"] as? [String: Any])?["class"] as? String == "http-429")
        #expect((attempts[1]["error"] as? [String: Any])?["class"] as? String == "http-5xx")
        let times = try attempts.map { attempt in
            let form = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            return try (
                form.parse(#require(attempt["started"] as? String)), form.parse(#require(attempt["ended"] as? String))
            )
        }
        withExtendedLifetime(service) {}
        #expect(times[1].0.timeIntervalSince(times[0].1) >= 0.99)
        // All attempts of a step are one effect, and one trace.
        let seen = try sandbox.read("seen").split(separator: "\n").map { $0.split(separator: "|")[2...3].joined() }
        #expect(Set(seen).count == 1)
        #expect(try seen.first?.hasPrefix("\(#require(record["run"] as? String))/ask[") == true)
    }

    @Test func hostsOfTheSettingsHoldWhenItIsSavedAndWhenItRuns() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("wfrepo.yaml", "hosts: {allow: [api.example.test]}\n")
        try sandbox.write(
            "workflows/a.yaml", "steps:\n  - uses: http\n    with: {url: \"https://evil.test/x\"}\n")
        #expect(
            try sandbox.fail("wfrepo check").output.contains(
                "workflows/a.yaml:3:17: the host `evil.test` is not allowed here"))
        try sandbox.write(
            "workflows/a.yaml",
            "inputs: {h: {type: string, default: evil.test}}\nworkspace: none\nsteps:\n  - uses: http\n    with: {url: \"https://${{ inputs.h }}/x\"}\n"
        )
        try sandbox.succeed("wfrepo commit -m All")
        let answer = try sandbox.fail("wfrepo run a")
        #expect((answer.output + answer.errors).contains("to connect to evil.test"))
    }

    @Test func parametersAreCheckedWithTheirPlace() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write(
            "workflows/a.yaml",
            """
            steps:
              - uses: http
                with:
                  url: example.test
                  method: GTE
                  json: {}
                  form: {a: 1}
                  expect: [200, 99]
                  auth: {basic: {user: ada}}
                  redirects: 21
                  header: {}

            """)
        let output = try sandbox.fail("wfrepo check").output
        for line in [
            "4:12: `url` must be an address such as `https://api.example.test/orders`, not `example.test`",
            "5:15: `method` must be one of", "7:7: `with` of `http` may have only one of `json` and `form`",
            "8:21: an item of `expect` must be a status such as `204` or `2xx`, not `99`",
            "9:21: `basic` needs the key `password`",
            "10:18: `redirects` must be a whole number from 0 to 20, not `21`",
            "11:7: `with` of `http` has no key `header` — did you mean `headers`?",
        ] { #expect(output.contains("workflows/a.yaml:\(line)"), "\(line)\n\(output)") }
    }

    @Test func webhooksAreToldInTheFormsThatTheyTake() throws {
        let (sandbox, service) = try sandbox(
            """
            workspace: none
            steps:
              - {id: chat, uses: notify, with: {webhook: "http://127.0.0.1:PORT/chat", text: done}}
              - {id: event, uses: notify, with: {webhook: "http://127.0.0.1:PORT/event", form: event, text: done}}
              - {id: own, uses: notify, with: {webhook: "http://127.0.0.1:PORT/own", json: {b: [1]}, headers: {Authorization: key}, text: done}}
              - {id: deaf, uses: notify, with: {webhook: "http://127.0.0.1:PORT/deaf", text: done}}
              - {id: loud, uses: notify, with: {webhook: "http://127.0.0.1:PORT/loud", text: done, critical: true}, continue-on-error: true}
              - {id: flood, uses: notify, with: {webhook: "http://127.0.0.1:PORT/chat", text: done, limit: 1}}
              - {id: metadata, uses: notify, with: {webhook: "http://169.254.169.254/", text: done}, continue-on-error: true}

            """, statuses: ["200", "200", "204", "500", "500"])
        let record = try sandbox.object("run", "job", "--json")
        let run = try #require(record["run"] as? String)
        let seen = try sandbox.read("seen").split(separator: "\n").map { $0.split(separator: "|") }
        #expect(seen.map { $0[0] } == ["/chat", "/event", "/own", "/deaf", "/loud"])
        #expect(seen[0][4] == #"{"text":"done"}"#)
        #expect(
            seen[1][4]
                == #"{"text":"done","workflow":"job","run":"\#(run)","step":"event","attempt":1,"correlation_id":"\#(run)"}"#
        )
        #expect(seen[2][4] == #"{"b":[1]}"#)
        #expect(seen[2][1] == "key")
        withExtendedLifetime(service) {}
        let steps = try #require(record["steps"] as? [[String: Any]])
        func output(_ id: String) -> [String: Any] {
            steps.first { $0["id"] as? String == id }?["outputs"] as? [String: Any] ?? [:]
        }
        #expect(["chat", "event", "own"].allSatisfy { output($0)["sent"] as? Bool == true })
        #expect(output("deaf")["sent"] as? Bool == false)
        #expect((output("deaf")["reason"] as? String)?.contains("500") == true)
        #expect(output("flood")["sent"] as? Bool == false)
        #expect((try attempts(record, "loud").last?["error"] as? [String: Any])?["class"] as? String == "http-5xx")
        #expect((try attempts(record, "metadata").last?["error"] as? [String: Any])?["class"] as? String == "forbidden")
    }
}
