import DocumentTree
import Testing

@testable import WorkflowEngine

@Suite struct ProxyTests {
    private func proxy(_ environment: [String: String], _ url: String) throws -> String? {
        try ProxyChoice(environment: environment, given: [:]).proxy(for: HTTPAddress(url))
            .map { "\($0.isSOCKS ? "socks" : "http") \($0.host):\($0.port) \($0.credentials ?? "")" }
    }

    /// curl(1), "Environment".
    @Test func variablesSayWhichProxy() throws {
        #expect(try proxy(["http_proxy": "http://p.test:3128/"], "http://a.test/") == "http p.test:3128 ")
        #expect(try proxy(["http_proxy": "p.test"], "http://a.test/") == "http p.test:1080 ")
        #expect(try proxy(["http_proxy": "p.test:1"], "https://a.test/") == nil)
        #expect(try proxy(["HTTPS_PROXY": "http://u:a%40b@p.test:1"], "https://a.test/") == "http p.test:1 u:a@b")
        #expect(try proxy(["all_proxy": "socks5h://[::1]:9"], "http://a.test/") == "socks ::1:9 ")
        // A field `Proxy` of a request to a CGI program becomes this variable (httpoxy).
        #expect(try proxy(["HTTP_PROXY": "http://evil.test:1"], "http://a.test/") == nil)
    }

    @Test(arguments: [
        ("*", true), ("a.test", true), (".a.test", true), ("*.a.test", true), ("b.test, a.test:80", true),
        ("a.test:81", false), ("xa.test", false), ("", false), ("www.a.test", false),
    ])
    func namesAreExcepted(list: String, isExcepted: Bool) throws {
        let found = try proxy(["http_proxy": "p.test:1", "no_proxy": list], "http://a.test/")
        #expect((found == nil) == isExcepted)
    }

    @Test func networksAreExcepted() throws {
        let environment = ["http_proxy": "p.test:1", "NO_PROXY": "10.0.0.0/8,127.0.0.1,[::1],fd00::/7"]
        for host in ["10.255.0.1", "127.0.0.1", "[::1]", "[fd12::1]"] {
            #expect(try proxy(environment, "http://\(host)/") == nil, "\(host)")
        }
        for host in ["11.0.0.1", "127.0.0.2", "[::2]", "a.test"] {
            #expect(try proxy(environment, "http://\(host)/") != nil, "\(host)")
        }
    }

    @Test func whatIsNoProxyIsNamedWithoutItsPassword() throws {
        for text in [
            "ftp://u:geheim@p.test", "http://u:geheim@", "socks5://u:geheim@p.test:1", "http://u:geheim%zz@p.test",
        ] {
            let error = try #require(throws: StepError.self) { try proxy(["http_proxy": text], "http://a.test/") }
            #expect(error.message.contains("http_proxy") && !error.message.contains("geheim"))
        }
    }

    @Test func plainRequestsAreRelayedWithTheWholeAddress() throws {
        let service = try LoopbackService.plain.get()
        var call = try HTTPCall()
        call.environment = ["http_proxy": "http://u:p@127.0.0.1:\(service.port)"]
        // The name is the proxy's to look up.
        let seen = try call.perform(["url": "http://inner.invalid/x?y=1"])["body"]
        #expect(seen?["path"] == "http://inner.invalid/x?y=1")
        #expect(seen?["headers"]?["host"] == "inner.invalid")
        #expect(seen?["headers"]?["proxy-authorization"] == "Basic dTpw")
        #expect(try call.failure(["url": "http://169.254.169.254/"]).kind == "forbidden")
        call.environment = ["https_proxy": "http://127.0.0.1:\(service.port)"]
        #expect(try call.failure(["url": "https://inner.invalid/"]).kind == "proxy")
    }

    @Test func aProxyThatTheStepChoseIsAHostLikeOthers() throws {
        let service = try LoopbackService.plain.get()
        let proxy = "http://127.0.0.1:\(service.port)"
        var call = try HTTPCall()
        call.environment = ["http_proxy": proxy]
        call.facts = ["hosts": ["inner.invalid"]]
        #expect(try call.failure(["url": "http://inner.invalid/"]).kind == "forbidden")
        // The one that wfrepo was started with is its user's.
        call.facts["proxies"] = ["http_proxy": .string(proxy)]
        #expect(try call.perform(["url": "http://inner.invalid/"])["status"] == 200)
    }
}
